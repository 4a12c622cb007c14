//! What is asked for and what came back.

/// One download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `http:` or `https:`.
    pub url: String,
    /// Bytes that the sink holds already. Asks for the rest only, and needs `validator`: without
    /// one, nothing shows that the rest belongs to the same content.
    pub offset: u64,
    /// The strong `ETag` or the `Last-Modified` date of the content that the sink holds a part of.
    pub validator: Option<String>,
    /// Asks for the content only where its `ETag` is another (a 304 answer otherwise).
    pub if_none_match: Option<String>,
    /// Asks for the content only where it changed since this HTTP date.
    pub if_modified_since: Option<String>,
    /// The media type that is asked for, where a server has several.
    pub accept: Option<String>,
    /// Larger content is an error.
    pub max_bytes: u64,
}

impl Request {
    /// All of a URL's content, up to `max_bytes`.
    pub fn new(url: impl Into<String>, max_bytes: u64) -> Self {
        Self {
            url: url.into(),
            offset: 0,
            validator: None,
            if_none_match: None,
            if_modified_since: None,
            accept: None,
            max_bytes,
        }
    }
}

/// The outcome of a successful request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The content is the one that `if_none_match` or `if_modified_since` names; the sink was not
    /// touched.
    pub not_modified: bool,
    /// Where the content came from, after redirects.
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Bytes that the sink holds now.
    pub length: u64,
    /// Whether the bytes before `Request::offset` were kept.
    pub resumed: bool,
}

impl Response {
    /// What a later request can resume with: a strong `ETag` (RFC 9110 §13.1.5 rules out weak
    /// ones), else the `Last-Modified` date.
    pub fn validator(&self) -> Option<&str> {
        self.etag
            .as_deref()
            .filter(|etag| !etag.starts_with("W/"))
            .or(self.last_modified.as_deref())
    }
}
