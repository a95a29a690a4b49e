use chainrule::prelude::*;

#[differentiate]
async fn f(x: f64) -> f64 {
    let y = std::future::ready(x).await;
    y * y
}

fn main() {
    let _ = f(1.0);
}
