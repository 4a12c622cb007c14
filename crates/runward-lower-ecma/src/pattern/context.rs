//! Where in the grammar the rewriting of a pattern stands.

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// The pattern itself.
    Outside,
    Parenthesis {
        keyword: Option<&'static str>,
    },
    Bracket,
    Brace(Brace),
    /// `<... ...>`.
    Deep,
    Template,
    /// `value` after an equals sign; `closing` for `</a>`.
    JsxTag {
        value: bool,
        closing: bool,
    },
    JsxText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brace {
    Block,
    Object,
    Class,
    Switch,
    /// `${…}`.
    Template,
    /// An expression in JSX.
    Jsx,
    /// `{...e}` among the attributes of JSX.
    JsxSpread,
}

/// What came last, space and comments aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Last {
    Nothing,
    Word(String),
    Operand,
    /// A closing parenthesis, with the keyword before the opening one.
    Parenthesis(Option<&'static str>),
    CloseBrace(Brace),
    Arrow,
    Punctuation(char),
}

#[derive(Debug)]
pub(super) struct Context {
    frames: Vec<Frame>,
    last: Last,
    /// A `class`, `switch` or the like whose brace is still to come.
    announced: Option<Brace>,
    /// Question marks that wait for their colon.
    questions: usize,
    /// Whether a line ended since the last token.
    pub(super) newline: bool,
}

/// Keywords whose parenthesis is not one of arguments.
const HEADS: &[&str] = &["for", "if", "while", "switch", "with", "catch"];

impl Context {
    pub(super) fn new() -> Self {
        Self {
            frames: Vec::new(),
            last: Last::Nothing,
            announced: None,
            questions: 0,
            newline: false,
        }
    }

    pub(super) fn top(&self) -> Frame {
        self.frames.last().copied().unwrap_or(Frame::Outside)
    }

    pub(super) fn set_top(&mut self, frame: Frame) {
        if let Some(top) = self.frames.last_mut() {
            *top = frame;
        }
    }

    pub(super) fn last(&self) -> &Last {
        &self.last
    }

    pub(super) fn push(&mut self, frame: Frame) {
        self.frames.push(frame);
        self.set(Last::Punctuation('('));
    }

    pub(super) fn pop(&mut self) {
        self.frames.pop();
    }

    fn set(&mut self, last: Last) {
        self.last = last;
        self.newline = false;
    }

    pub(super) fn operand(&mut self) {
        self.set(Last::Operand);
    }

    /// After the end of an element its parent's text goes on, or an operand has ended.
    pub(super) fn element_ended(&mut self) {
        self.set(Last::Operand);
    }

    pub(super) fn word(&mut self, word: &str) {
        match word {
            _ if matches!(self.last, Last::Punctuation('.')) => {}
            "class" | "interface" => self.announced = Some(Brace::Class),
            "enum" => self.announced = Some(Brace::Object),
            _ => {}
        }
        self.set(Last::Word(word.to_owned()));
    }

    pub(super) fn punctuation(&mut self, mark: char, arrow: bool) {
        match mark {
            '?' => self.questions += 1,
            ':' => self.questions = self.questions.saturating_sub(1),
            _ => {}
        }
        self.set(if arrow {
            Last::Arrow
        } else {
            Last::Punctuation(mark)
        });
    }

    pub(super) fn bracket(&mut self, mark: char) {
        match mark {
            '(' => {
                let keyword = match &self.last {
                    Last::Word(word) => HEADS.iter().find(|head| *head == word).copied(),
                    _ => None,
                };
                self.push(Frame::Parenthesis { keyword });
            }
            '[' => self.push(Frame::Bracket),
            '{' => {
                let brace = self.brace();
                self.push(Frame::Brace(brace));
                self.set(Last::Punctuation('{'));
            }
            _ => {
                let closed = self.frames.pop();
                self.set(match closed {
                    Some(Frame::Parenthesis { keyword }) => Last::Parenthesis(keyword),
                    Some(Frame::Brace(brace)) => Last::CloseBrace(brace),
                    _ => Last::Operand,
                });
            }
        }
    }

    /// What a brace opens here.
    fn brace(&mut self) -> Brace {
        match &self.last {
            Last::Parenthesis(Some("switch")) => return Brace::Switch,
            Last::Nothing => return Brace::Object,
            Last::Word(word) if matches!(word.as_str(), "extends" | "implements") => {}
            _ => {
                if let Some(announced) = self.announced.take() {
                    return announced;
                }
            }
        }
        match &self.last {
            Last::Parenthesis(_)
            | Last::Arrow
            | Last::CloseBrace(_)
            | Last::Operand
            | Last::Punctuation(';') => Brace::Block,
            Last::Word(word) => {
                let object = matches!(
                    word.as_str(),
                    "import" | "export" | "default" | "const" | "let" | "var" | "type"
                );
                if object || is_operator(word) {
                    Brace::Object
                } else {
                    Brace::Block
                }
            }
            Last::Punctuation('{') => match self.top() {
                Frame::Brace(Brace::Block) => Brace::Block,
                _ => Brace::Object,
            },
            Last::Punctuation(':') if self.in_statements() && self.questions == 0 => Brace::Block,
            _ => Brace::Object,
        }
    }

    fn in_statements(&self) -> bool {
        matches!(self.top(), Frame::Brace(Brace::Block | Brace::Switch))
    }

    /// Whether an operand is complete, so that an operator would follow.
    pub(super) fn ends_operand(&self) -> bool {
        match &self.last {
            Last::Word(word) => !is_operator(word) && word != "else" && word != "do",
            Last::Operand => true,
            Last::Parenthesis(keyword) => keyword.is_none(),
            Last::CloseBrace(brace) => matches!(brace, Brace::Object | Brace::Template),
            Last::Nothing | Last::Arrow | Last::Punctuation(_) => false,
        }
    }

    /// Whether dots here are the first cases of a `switch`.
    pub(super) fn begins_case(&self) -> bool {
        self.top() == Frame::Brace(Brace::Switch) && self.last == Last::Punctuation('{')
    }

    /// Whether dots here are a statement, or a member of a class.
    pub(super) fn begins_statement(&self) -> bool {
        match self.top() {
            Frame::Outside | Frame::Brace(Brace::Block | Brace::Class | Brace::Switch) => {}
            _ => return false,
        }
        match &self.last {
            Last::Nothing | Last::Punctuation(';' | '{') | Last::CloseBrace(_) => true,
            Last::Parenthesis(keyword) => keyword.is_some() || self.newline,
            Last::Word(word) => {
                word == "else" || word == "do" || (self.newline && self.ends_operand())
            }
            Last::Punctuation(':') => self.in_statements() && self.questions == 0,
            Last::Operand => self.newline,
            Last::Arrow | Last::Punctuation(_) => false,
        }
    }
}

/// Words after which an operand is to come.
fn is_operator(word: &str) -> bool {
    matches!(
        word,
        "return"
            | "typeof"
            | "void"
            | "delete"
            | "new"
            | "in"
            | "of"
            | "instanceof"
            | "await"
            | "yield"
            | "throw"
            | "case"
            | "as"
            | "extends"
            | "keyof"
            | "function"
    )
}
