//! The instructions that are calls.

use runward_syntax::{Kind, Span};

use super::lines::{Line, is_keyword};
use super::lower::{Lowering, array_elements};
use super::text::Word;
use crate::metavar::{is_metavar, special};

impl Lowering<'_, '_> {
    /// An instruction as a call of its name.
    pub(super) fn instruction(&mut self, line: &Line, place: Span) {
        let body = Word {
            text: &line.body,
            at: line.base,
        }
        .trim();
        let start = Span::new(
            place.start,
            place.start + crate::metavar::small(line.keyword.len()),
        );
        let keyword = line.keyword.as_str();
        self.call_named(keyword, start, place, |this| match keyword {
            "FROM" => this.from(body),
            "RUN" | "CMD" | "ENTRYPOINT" => this.command_with_flags(line, body),
            "EXPOSE" => this.ports(body),
            "ADD" | "COPY" => this.copy(line, body),
            "VOLUME" => {
                if !this.array(body) {
                    this.strings(body);
                }
            }
            "USER" => this.user(body),
            "ARG" => this.arg(body),
            "ONBUILD" => this.onbuild(line, body),
            "HEALTHCHECK" => this.healthcheck(line, body),
            "SHELL" => {
                this.change_shell(body);
                if !this.array(body) {
                    this.string(body);
                }
            }
            "MAINTAINER" => {
                let kind = if is_metavar(body.text) && this.is_pattern {
                    Kind::Metavar
                } else {
                    Kind::Str
                };
                this.build.leaf(kind, body.text, body.span());
            }
            // `WORKDIR`, `STOPSIGNAL` and what is only known by name.
            _ => this.string(body),
        });
    }

    fn strings(&mut self, body: Word<'_>) {
        for word in body.words() {
            self.string(word);
        }
    }

    /// `--name=value` in front, and what follows.
    fn flags(body: Word<'_>) -> (Vec<Word<'_>>, Word<'_>) {
        let mut flags = Vec::new();
        let mut rest = body.trim();
        while rest.text.starts_with("--") {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.text.len());
            flags.push(rest.part(0, end));
            rest = rest.part(end, rest.text.len()).trim();
        }
        (flags, rest)
    }

    fn flag(&mut self, flag: Word<'_>) {
        let (name, value) = flag
            .split_at('=')
            .unwrap_or((flag, flag.part(flag.text.len(), flag.text.len())));
        let is_mount = name.text == "--mount";
        self.optional(name.text, flag.span(), |this| {
            if is_mount {
                this.mount(name, value);
            } else {
                this.string(value);
            }
        });
    }

    /// `type=secret,id=x` is a call of options that may be left out.
    fn mount(&mut self, name: Word<'_>, value: Word<'_>) {
        self.call_named(name.text, name.span(), value.span(), |this| {
            let mut rest = value;
            loop {
                let end = rest.find(|char| char == ',').unwrap_or(rest.text.len());
                let option = rest.part(0, end);
                let (key, value) = option
                    .split_at('=')
                    .unwrap_or((option, option.part(option.text.len(), option.text.len())));
                this.optional(key.text, option.span(), |this| this.string(value));
                if end >= rest.text.len() {
                    break;
                }
                rest = rest.part(end + 1, rest.text.len());
            }
        });
    }

    fn from(&mut self, body: Word<'_>) {
        let (flags, rest) = Self::flags(body);
        let words = rest.words();
        let Some(image) = words.first().copied() else {
            self.error(body.span(), "an image is missing here");
            return;
        };
        let (image, digest) = match image.split_at('@') {
            Some((image, digest)) => (image, Some(digest)),
            None => (image, None),
        };
        let (name, tag) = split_tag(image);
        self.string(name);
        for flag in flags {
            self.flag(flag);
        }
        for (sign, value) in [(":", tag), ("@", digest)] {
            if let Some(value) = value {
                let place = Span::new(value.span().start.saturating_sub(1), value.span().end);
                self.optional(sign, place, |this| this.string(value));
            }
        }
        let alias = words
            .get(1)
            .filter(|word| word.text.eq_ignore_ascii_case("as"));
        if let (Some(sign), Some(alias)) = (alias, words.get(2)) {
            let place = Span::new(sign.span().start, alias.span().end);
            self.optional("as", place, |this| this.string(*alias));
        }
    }

    fn command_with_flags(&mut self, line: &Line, body: Word<'_>) {
        let (flags, rest) = Self::flags(body);
        self.commands(line, rest);
        for flag in flags {
            self.flag(flag);
        }
    }

    fn ports(&mut self, body: Word<'_>) {
        for word in body.words() {
            let Some((port, protocol)) = word.split_at('/') else {
                self.string(word);
                continue;
            };
            self.build.open(Kind::Tuple, word.span());
            self.string(port);
            self.string(protocol);
            self.build.close();
        }
    }

    fn copy(&mut self, line: &Line, body: Word<'_>) {
        let (flags, rest) = Self::flags(body);
        if let Some(elements) = array_elements(rest, self.is_pattern) {
            for (element, text) in elements {
                self.array_element(element, text);
            }
        } else {
            let mut heredocs = line.heredocs.iter();
            for word in rest.words() {
                match heredocs.next().filter(|_| word.text.starts_with("<<")) {
                    Some(heredoc) => self.heredoc(heredoc),
                    None => self.string(word),
                }
            }
        }
        for flag in flags {
            self.flag(flag);
        }
    }

    fn user(&mut self, body: Word<'_>) {
        let (user, group) = match body.split_at(':') {
            Some((user, group)) => (user, Some(group)),
            None => (body, None),
        };
        self.string(user);
        if let Some(group) = group {
            let place = Span::new(group.span().start.saturating_sub(1), group.span().end);
            self.optional(":", place, |this| this.string(group));
        }
    }

    fn arg(&mut self, body: Word<'_>) {
        match body.split_at('=') {
            Some((key, value)) => {
                self.key(key);
                self.string(value);
            }
            None if self.is_pattern && special(body.text) == Some(Kind::Dots) => self.string(body),
            None => self.key(body),
        }
    }

    /// The instruction behind another keyword.
    fn inner(line: &Line, body: Word<'_>) -> Option<Line> {
        let end = body
            .text
            .find(char::is_whitespace)
            .unwrap_or(body.text.len());
        let keyword = body.part(0, end).text.to_ascii_uppercase();
        is_keyword(&keyword).then(|| Line {
            start: body.at,
            keyword,
            body: body.part(end, body.text.len()).text.to_owned(),
            base: body.at + end,
            end: line.end,
            heredocs: line.heredocs.clone(),
        })
    }

    fn onbuild(&mut self, line: &Line, body: Word<'_>) {
        match Self::inner(line, body) {
            // One level: an instruction cannot be deferred twice.
            Some(inner) if inner.keyword != "ONBUILD" => {
                let place = crate::metavar::span(inner.start, inner.end.max(inner.start));
                self.instruction(&inner, place);
            }
            _ => self.string(body),
        }
    }

    fn healthcheck(&mut self, line: &Line, body: Word<'_>) {
        let words = body.words();
        let is_command = |word: &&Word<'_>| word.text.eq_ignore_ascii_case("CMD");
        let Some(command) = words.iter().find(is_command) else {
            self.string(body);
            return;
        };
        let start = command.at - body.at;
        if let Some(inner) = Self::inner(line, body.part(start, body.text.len())) {
            let place = crate::metavar::span(inner.start, inner.end.max(inner.start));
            self.instruction(&inner, place);
        }
        for option in body.part(0, start).words() {
            if option.text.starts_with("--") {
                self.flag(option);
            } else {
                self.string(option);
            }
        }
    }
}

/// An image's name and its tag: what follows the last colon behind the last slash.
fn split_tag(image: Word<'_>) -> (Word<'_>, Option<Word<'_>>) {
    let mut start = 0;
    while let Some(slash) = image.part(start, image.text.len()).find(|char| char == '/') {
        start += slash + 1;
    }
    match image.part(start, image.text.len()).split_at(':') {
        Some((name, tag)) => (image.part(0, start + name.text.len()), Some(tag)),
        None => (image, None),
    }
}
