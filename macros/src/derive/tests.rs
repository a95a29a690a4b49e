use super::derive;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

fn count(tokens: TokenStream) -> usize {
    tokens
        .into_iter()
        .map(|token| match token {
            proc_macro2::TokenTree::Group(group) => 2 + count(group.stream()),
            _ => 1,
        })
        .sum()
}

#[test]
fn a_renamed_crate_is_the_only_one_that_is_named() {
    let inputs = [
        quote!(
            #[differentiable(crate = ad::inner)]
            struct Net<T: Bound> {
                w: Vec<T>,
                n: usize,
            }
        ),
        quote!(
            #[differentiable(crate = ad::inner)]
            struct Pair<T, K: Bound<T>>(PhantomData<T>, K);
        ),
        quote!(
            #[differentiable(crate = ad::inner)]
            enum Never {}
        ),
        quote!(
            #[differentiable(crate = ad::inner)]
            enum Shape<T: Bound> {
                Circle(T),
                Rect { w: Vec<T>, n: usize },
            }
        ),
        quote!(
            #[differentiable(crate = ad::inner)]
            union Bits {
                float: f32,
            }
        ),
    ];
    for input in inputs {
        let renamed = derive(input).to_string();
        assert!(
            renamed.contains("ad :: inner :: private :: Differentiable"),
            "{renamed}"
        );
        // `chainrule` stands in the help of an error, and in no path.
        assert!(!renamed.contains("chainrule ::"), "{renamed}");
    }
    let default = derive(quote!(
        struct Net {
            w: f64,
        }
    ))
    .to_string();
    assert!(
        default.contains(":: chainrule :: private :: Differentiable"),
        "{default}"
    );
}

#[test]
fn the_output_grows_with_the_number_of_fields() {
    let size = |fields: usize| {
        let names = (0..fields).map(|field| format_ident!("field{field}"));
        count(derive(quote!(struct Net { #(#names: Matrix<2, 3>,)* })))
    };
    let (none, some, many) = (size(0), size(100), size(1000));
    assert_eq!(many - none, 10 * (some - none));
}

#[test]
fn the_output_grows_with_the_number_of_variants() {
    let size = |variants: usize| {
        let names = (0..variants).map(|variant| format_ident!("Variant{variant}"));
        count(derive(
            quote!(enum Shape { First, Second, #(#names(f64, Vector<2>),)* }),
        ))
    };
    let (none, some, many) = (size(0), size(100), size(1000));
    assert_eq!(many - none, 10 * (some - none));
}

#[test]
fn what_is_no_type_is_an_error() {
    for input in [
        quote!(),
        quote!(
            fn f() {}
        ),
        quote!(struct),
        quote!(struct Net { w: }),
    ] {
        let output = derive(input).to_string();
        assert!(output.contains("compile_error"), "{output}");
    }
}
