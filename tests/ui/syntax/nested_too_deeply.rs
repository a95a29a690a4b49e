use chainrule::prelude::*;

macro_rules! function {
    ($($bound:literal)*) => {
        #[differentiate]
        fn many_returns(x: f64) -> f64 {
            $(if x > $bound { return x * x; })*
            x
        }
    };
}

macro_rules! hundredfold {
    ($($bound:literal)*) => {
        tenfold! { $($bound $bound $bound $bound $bound $bound $bound $bound $bound $bound)* }
    };
}

macro_rules! tenfold {
    ($($bound:literal)*) => {
        function! { $($bound $bound $bound $bound $bound $bound $bound $bound $bound $bound)* }
    };
}

hundredfold! { 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0 10.0 }

fn main() {
    many_returns::grad(1.0);
}
