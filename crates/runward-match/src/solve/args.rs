//! Arguments and parameters.

use runward_syntax::{Flags, Kind, NodeId};

use super::{K, Matcher, Used};
use crate::pattern::{Extra, P};

impl<'a> Matcher<'a> {
    pub(crate) fn args(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        if self.t(t).kind != Kind::Args {
            return;
        }
        let ps = self.kids(p);
        if let [only] = ps
            && self.pattern.is_dots(*only)
        {
            return k(self);
        }
        let ts = self.list(t);
        self.arg_list(ps, &ts, None, 0, k);
    }

    /// In order, but keyword arguments wherever they stand.
    pub(crate) fn arg_list(
        &mut self,
        ps: &[P],
        ts: &[NodeId],
        used: Option<&Used<'_>>,
        at: usize,
        k: K<'_, 'a>,
    ) {
        if !self.step() {
            return;
        }
        let mut at = at;
        while Used::has(used, at) {
            at += 1;
        }
        let Some((p, rest)) = ps.split_first() else {
            let free = |m: &Self, at: usize, t: &NodeId| {
                !Used::has(used, at) && !m.t(*t).flags.has(Flags::OPTIONAL)
            };
            if !ts
                .iter()
                .enumerate()
                .skip(at)
                .any(|(at, t)| free(self, at, t))
            {
                k(self);
            }
            return;
        };
        let pattern = self.p(*p);
        if self.pattern.is_dots(*p) {
            if rest.is_empty() {
                return k(self);
            }
            // Keywords stand anywhere: with `...` behind them too, all ways are among those from here.
            let is_keyword = |p: &P| self.p(*p).kind == Kind::Keyword;
            let behind = rest.iter().find(|p| !is_keyword(p));
            if rest.first().is_some_and(is_keyword)
                && behind.is_some_and(|p| self.pattern.is_dots(*p))
            {
                return self.arg_list(rest, ts, used, at, k);
            }
            for from in at..=ts.len() {
                if !Used::has(used, from) || from == ts.len() {
                    self.arg_list(rest, ts, used, from, k);
                }
            }
            return;
        }
        if let Some(slot) = self.pattern.rest_slot(*p) {
            let from = if rest.is_empty() { ts.len() } else { at };
            for end in from..=ts.len() {
                let taken: Vec<NodeId> = ts
                    .iter()
                    .enumerate()
                    .take(end)
                    .skip(at)
                    .filter(|(at, _)| !Used::has(used, *at))
                    .map(|(_, t)| *t)
                    .collect();
                let value = self.run(&taken, ts.get(end).copied());
                self.bind(slot, value, &|m| m.arg_list(rest, ts, used, end, k));
            }
            return;
        }
        if pattern.kind == Kind::Keyword {
            return self.keyword(*p, rest, ts, used, at, k);
        }
        if let Some(t) = ts.get(at)
            && self.t(*t).kind != Kind::Keyword
        {
            self.any(*p, *t, &|m| m.arg_list(rest, ts, used, at + 1, k));
        }
    }

    fn keyword(
        &mut self,
        p: P,
        rest: &[P],
        ts: &[NodeId],
        used: Option<&Used<'_>>,
        at: usize,
        k: K<'_, 'a>,
    ) {
        let (Some(name), Some(value)) = (self.pattern.kid(p, 0), self.pattern.kid(p, 1)) else {
            return;
        };
        let open = self.p(name).kind != Kind::Name;
        for (place, t) in ts.iter().enumerate().skip(at) {
            if Used::has(used, place) || self.t(*t).kind != Kind::Keyword {
                continue;
            }
            let (Some(target_name), Some(target_value)) = (self.child(*t, 0), self.child(*t, 1))
            else {
                continue;
            };
            if !open && self.p(name).name != self.t(target_name).name {
                continue;
            }
            let now = Used::after(place, used);
            self.ident(name, target_name, &|m| {
                m.any(value, target_value, &|m| {
                    m.arg_list(rest, ts, Some(&now), at, k);
                });
            });
            if !open {
                return;
            }
        }
    }

    pub(crate) fn params(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let ts = self.list(t);
        self.sequence(
            self.kids(p),
            &ts,
            false,
            &|m, p, t, k| m.param_any(p, t, k),
            k,
        );
    }

    fn param_any(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let (pattern, target) = (self.p(p), self.t(t));
        match (pattern.kind, target.kind) {
            (Kind::Param, Kind::Param) => self.param(p, t, k),
            (Kind::Metavar, Kind::Param) => {
                if self.is_single(t) {
                    self.bind_param(pattern.extra, t, k);
                }
            }
            _ => self.pairwise(p, t, k),
        }
    }

    fn is_single(&self, t: NodeId) -> bool {
        let flags = self.t(t).flags;
        !flags.has(Flags::STAR) && !flags.has(Flags::DSTAR)
    }

    /// A metavariable for a parameter stands for its name, or for the whole where it has none.
    fn bind_param(&mut self, extra: Extra, t: NodeId, k: K<'_, 'a>) {
        let name = self
            .child(t, 0)
            .filter(|name| self.t(*name).kind == Kind::Name);
        let value = self.node(name.unwrap_or(t));
        self.bind(extra, value, k);
    }

    pub(crate) fn param(&mut self, p: P, t: NodeId, k: K<'_, 'a>) {
        let star = Flags(Flags::STAR.0 | Flags::DSTAR.0);
        if self.p(p).flags.0 & star.0 != self.t(t).flags.0 & star.0 {
            return;
        }
        let Some(name) = self.pattern.kid(p, 0) else {
            return;
        };
        let Some(target_name) = self.child(t, 0) else {
            return;
        };
        let rest: K<'_, 'a> = &|m| m.each_kid(p, t, &[(1, true), (2, true)], k);
        match self.p(name).kind {
            Kind::Metavar => self.bind_param(self.p(name).extra, t, rest),
            Kind::Name => {
                if self.t(target_name).kind == Kind::Name {
                    self.ident(name, target_name, rest);
                }
            }
            // A parameter that is a default without a name yet: `foo=...`.
            _ => self.any(name, target_name, rest),
        }
    }
}
