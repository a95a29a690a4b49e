//! The user's own Rust, with the names that its variables have in the generated code.

use super::Emitter;
use super::code::{Binding, Code};
use crate::ir::{Snippet, Ty, Value};
use crate::parse::{operands, plain, spelling};
use proc_macro2::{Group, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::{HashMap, HashSet};
use syn::parse::ParseStream;
use syn::visit::{self, Visit};
use syn::{Expr, Macro, Pat, Token};

impl Emitter<'_> {
    fn is_literal(&self, value: Value) -> bool {
        self.derivative.graph.is_literal(value)
    }

    pub(super) fn snippet(&self, snippet: &Snippet) -> Code {
        let mut renamed = HashMap::new();
        let mut captured = Vec::new();
        let bound = bound_names(&snippet.tokens);
        let is_renamed = |(name, value): &(String, Value)| {
            bound.contains(name) && self.value(*value).at(Binding::Tight).to_string() != *name
        };
        // A closure outlives what is bound for it, and takes it along.
        let takes = is_closure(&snippet.tokens) && snippet.uses.iter().any(is_renamed);
        for (name, value) in &snippet.uses {
            let code = match &self.derivative.graph[*value].ty {
                // Where a method is called on it, or a function given it, only its declaration says which float it is.
                Ty::Float(float) if has_calls(&snippet.tokens) && self.is_literal(*value) => {
                    self.value_as(*value, Some(float))
                }
                _ => self.value(*value),
            };
            let tokens = code.at(Binding::Tight);
            if tokens.to_string() == *name && !takes {
                continue;
            }
            if tokens.to_string() != plain(name) && names_any(&tokens, &bound) {
                // A closure or a block in there has another variable of a name that is read for this one.
                captured.push((
                    self.names.ident(plain(name)),
                    self.as_variable(*value, tokens),
                ));
                continue;
            }
            if bound.contains(name) || takes {
                // A closure or a block in there has another variable of this name.
                let code = match self.derivative.graph[*value].ty {
                    Ty::Float(_) | Ty::Int | Ty::Bool => tokens,
                    _ => self.reference(*value),
                };
                captured.push((self.names.ident(plain(name)), code));
                continue;
            }
            if in_format_string(&snippet.tokens, plain(name)) {
                captured.push((self.names.ident(plain(name)), self.reference(*value)));
            }
            renamed.insert(name.clone(), tokens);
        }
        let mut tokens = rename(snippet.tokens.clone(), &renamed);
        if takes && !starts_with(&tokens, "move") {
            tokens = quote!(move #tokens);
        }
        if captured.is_empty() {
            return Code::new(tokens.clone(), binding(&tokens));
        }
        let (names, codes): (Vec<_>, Vec<_>) = captured.into_iter().unzip();
        Code::tight(quote!({ #(let #names = #codes;)* #tokens }))
    }
}

fn names_any(tokens: &TokenStream, names: &HashSet<String>) -> bool {
    !names.is_empty()
        && tokens.clone().into_iter().any(|token| match token {
            TokenTree::Ident(ident) => names.contains(&spelling(&ident)),
            TokenTree::Group(group) => names_any(&group.stream(), names),
            _ => false,
        })
}

impl Emitter<'_> {
    /// What a variable of the type of a value can hold.
    fn as_variable(&self, value: Value, tokens: TokenStream) -> TokenStream {
        let rt = &self.rt;
        match self.derivative.graph[value].ty {
            Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Range => tokens,
            Ty::Ref(_) | Ty::Slice(_) => self.reference(value),
            _ => {
                let reference = self.reference(value);
                quote!(#rt::clone(#reference))
            }
        }
    }
}

/// Whether there may be a call in an expression, other than of a path.
fn has_calls(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == '.',
        TokenTree::Group(group) => has_calls(&group.stream()),
        _ => false,
    })
}

fn is_closure(tokens: &TokenStream) -> bool {
    ["|", "move"].iter().any(|first| starts_with(tokens, first))
}

fn starts_with(tokens: &TokenStream, first: &str) -> bool {
    let token = tokens.clone().into_iter().next();
    token.is_some_and(|token| token.to_string() == first)
}

fn rename(tokens: TokenStream, renamed: &HashMap<String, TokenStream>) -> TokenStream {
    if renamed.is_empty() {
        return tokens;
    }
    let mut dots = 0;
    let mut names_type = false;
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        // What stands behind `as` is a type, whatever its name.
        let is_type = std::mem::replace(
            &mut names_type,
            matches!(&token, TokenTree::Ident(ident) if ident == "as"),
        );
        let is_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
        // One dot is a field or a method, two are a range.
        let follows_dot = dots == 1;
        dots = if is_dot { dots + 1 } else { 0 };
        let is_field = matches!(tokens.peek(), Some(TokenTree::Punct(next))
            if next.as_char() == ':' && next.spacing() == Spacing::Alone);
        match token {
            TokenTree::Ident(ident) => match renamed.get(&spelling(&ident)) {
                Some(replacement) if !follows_dot && !is_type && !is_field => {
                    replacement.to_tokens(&mut out)
                }
                _ => ident.to_tokens(&mut out),
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), rename(group.stream(), renamed));
                inner.set_span(group.span());
                inner.to_tokens(&mut out);
            }
            other => other.to_tokens(&mut out),
        }
    }
    out
}

#[derive(Default)]
struct Names(HashSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.0.insert(spelling(&pat.ident));
        visit::visit_pat_ident(self, pat);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let mut inside = Names::default();
        if mac.path.is_ident("matches") {
            if let Ok((value, pattern)) = mac.parse_body_with(matched) {
                inside.visit_expr(&value);
                inside.visit_pat(&pattern);
            }
        } else {
            for operand in operands(mac) {
                inside.visit_expr(&operand);
            }
        }
        self.0.extend(inside.0);
    }
}

/// What `matches!` is given, but for a guard.
fn matched(input: ParseStream<'_>) -> syn::Result<(Expr, Pat)> {
    let value = input.parse()?;
    input.parse::<Token![,]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    input.parse::<TokenStream>()?;
    Ok((value, pattern))
}

/// The names that patterns in an expression bind.
fn bound_names(tokens: &TokenStream) -> HashSet<String> {
    let mut names = Names::default();
    if may_bind(tokens)
        && let Ok(expr) = syn::parse2::<Expr>(tokens.clone())
    {
        names.visit_expr(&expr);
    }
    names.0
}

/// Whether there is a token that begins a pattern.
fn may_bind(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ["let", "match", "for", "matches"]
            .iter()
            .any(|word| ident == word),
        TokenTree::Punct(punct) => punct.as_char() == '|',
        TokenTree::Group(group) => may_bind(&group.stream()),
        TokenTree::Literal(_) => false,
    })
}

fn in_format_string(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            [format!("{{{name}}}"), format!("{{{name}:")]
                .iter()
                .any(|capture| text.contains(capture))
        }
        TokenTree::Group(group) => in_format_string(&group.stream(), name),
        _ => false,
    })
}

fn binding(tokens: &TokenStream) -> Binding {
    match syn::parse2::<Expr>(tokens.clone()) {
        Ok(
            Expr::Path(_)
            | Expr::MethodCall(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::Paren(_)
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Macro(_),
        ) => Binding::Tight,
        Ok(Expr::Unary(_) | Expr::Reference(_)) => Binding::Prefix,
        Ok(Expr::Cast(_)) => Binding::Cast,
        Ok(Expr::Binary(binary)) => match binary.op {
            syn::BinOp::Mul(_) | syn::BinOp::Div(_) | syn::BinOp::Rem(_) => Binding::Product,
            syn::BinOp::Add(_) | syn::BinOp::Sub(_) => Binding::Sum,
            _ => Binding::Loose,
        },
        _ => Binding::Loose,
    }
}
