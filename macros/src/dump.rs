//! `CHAINRULE_DUMP=name` at build time prints what every stage made of the function `name` (`*` for all).

use crate::emit::Planned;
use crate::ir::Primal;
use crate::ir::display::Listing;
use proc_macro2::TokenStream;

pub(crate) struct Dump {
    name: String,
    enabled: bool,
}

impl Dump {
    pub(crate) fn of(name: &str) -> Dump {
        let enabled = std::env::var("CHAINRULE_DUMP").is_ok_and(|wanted| {
            wanted == "*" || wanted.split(',').any(|wanted| wanted.trim() == name)
        });
        Dump {
            name: name.to_owned(),
            enabled,
        }
    }

    pub(crate) fn primal(&self, primal: &Primal) {
        self.section("parsed", || {
            Listing {
                graph: &primal.graph,
                region: &primal.body,
                note: &|_| String::new(),
            }
            .to_string()
        });
    }

    pub(crate) fn planned(&self, title: &str, planned: &Planned) {
        let Planned { derivative, plan } = planned;
        let note = |value| plan.reason(value);
        for (sweep, region) in [
            ("forward", &derivative.forward),
            ("backward", &derivative.backward),
        ] {
            self.section(&format!("{title}, {sweep} sweep"), || {
                Listing {
                    graph: &derivative.graph,
                    region,
                    note: &note,
                }
                .to_string()
            });
        }
        self.section(&format!("{title}, kept of branches and loops"), || {
            plan.kept.describe(&derivative.graph)
        });
    }

    pub(crate) fn emitted(&self, tokens: &TokenStream) {
        self.section("emitted", || match syn::parse2(tokens.clone()) {
            Ok(file) => prettyplease::unparse(&file),
            Err(error) => format!("(does not parse: {error})\n{tokens}"),
        });
    }

    fn section(&self, title: &str, text: impl FnOnce() -> String) {
        if self.enabled {
            let text = text();
            if !text.is_empty() {
                eprintln!("// {}: {title}\n{}\n", self.name, text.trim_end());
            }
        }
    }
}
