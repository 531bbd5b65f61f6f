//! What can go wrong, said once: a safe face for strangers, the cause for the log.

use http::StatusCode;
use std::fmt;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with something a person wrote, field by field: `(field, message key)`.
/// The key is a Fluent message; the form shows it beside the field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issues(pub Vec<(&'static str, &'static str)>);

impl Issues {
    /// Notes one issue.
    pub fn add(&mut self, field: &'static str, message: &'static str) {
        self.0.push((field, message));
    }

    /// The message key for one field, if something is wrong with it.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&'static str> {
        self.0.iter().find(|(f, _)| *f == field).map(|(_, m)| *m)
    }

    /// `Ok(value)` when nothing was noted, else `Error::Invalid`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that was noted.
    pub fn or<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(Error::Invalid(self))
        }
    }
}

/// Everything that can go wrong; each variant knows its HTTP status.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not here, or the viewer may not know that it is.
    #[error("not found")]
    NotFound,
    /// It was here and was withdrawn.
    #[error("gone")]
    Gone,
    /// A person's input has issues.
    #[error("some fields need another look: {}", issues_text(.0))]
    Invalid(Issues),
    /// The request itself is malformed; the text says what to do.
    #[error("{0}")]
    BadRequest(String),
    /// Nobody is signed in, and somebody must be.
    #[error("sign in first")]
    SignIn,
    /// The one who is signed in may not do this.
    #[error("your role does not allow this")]
    Forbidden,
    /// Something else changed in between; nothing was overwritten.
    #[error("{0}")]
    Conflict(String),
    /// Too many tries; come back in so many seconds.
    #[error("too many tries: try again in {retry_after_seconds} seconds")]
    TooMany {
        /// Seconds to wait.
        retry_after_seconds: u64,
    },
    /// The body is larger than we take.
    #[error("too large: {0}")]
    TooLarge(String),
    /// A body of a type we do not read.
    #[error("unsupported media type: {0}")]
    UnsupportedMediaType(String),
    /// We cannot just now; come back in so many seconds.
    #[error("unavailable for the moment: {reason}")]
    Unavailable {
        /// Why.
        reason: String,
        /// Seconds to wait.
        retry_after_seconds: u64,
    },
    /// A stranger's claim that does not hold: a counted, named reason.
    #[error("refused: {reason}")]
    Refused {
        /// What to answer.
        status: StatusCode,
        /// The counted reason.
        reason: &'static str,
    },
    /// Another node did not answer as it should.
    #[error("{0}")]
    Remote(String),
    /// What another node gave, or where it sends us, is nothing we may use; it will not be better for asking
    /// again.
    #[error("{0}")]
    Unusable(String),
    /// The one who runs the node must change something; the text says what.
    #[error("{0}")]
    Operator(String),
    /// A fault of ours; only the log tells more.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

fn issues_text(issues: &Issues) -> String {
    let all: Vec<String> = issues
        .0
        .iter()
        .map(|(field, message)| format!("{field} ({message})"))
        .collect();
    all.join(", ")
}

impl Error {
    /// A fault of ours with a text for the log.
    pub fn internal(text: impl fmt::Display) -> Self {
        Self::Internal(text.to_string().into())
    }

    /// A stranger's claim that does not hold, answered 401.
    #[must_use]
    pub fn refused(reason: &'static str) -> Self {
        Self::Refused {
            status: StatusCode::UNAUTHORIZED,
            reason,
        }
    }

    /// The HTTP status of this error.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Refused { status, .. } => *status,
            Self::Remote(_) | Self::Unusable(_) => StatusCode::BAD_GATEWAY,
            Self::Operator(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The whole chain of causes, for the log and the command line.
    #[must_use]
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let busy = |reason: &str, retry_after_seconds| Self::Unavailable {
            reason: reason.to_owned(),
            retry_after_seconds,
        };
        let code = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code);
        match (&error, code.as_deref()) {
            (sqlx::Error::RowNotFound, _) => Self::NotFound,
            (sqlx::Error::PoolTimedOut, _) => busy("the database is busy", 5),
            // PostgreSQL: two transactions stood in each other's way, and one may try again.
            (_, Some("40001" | "40P01")) => busy("two changes met", 1),
            // PostgreSQL keeps no U+0000 in a text.
            (_, Some("22021")) => {
                Self::BadRequest("a text holds a character that cannot be kept (U+0000)".into())
            }
            _ => Self::Internal(Box::new(error)),
        }
    }
}

macro_rules! internal_from {
    ($($type:ty),*) => {$(
        impl From<$type> for Error {
            fn from(error: $type) -> Self {
                Self::Internal(Box::new(error))
            }
        }
    )*};
}
internal_from!(
    std::io::Error,
    serde_json::Error,
    sqlx::migrate::MigrateError,
    tokio::task::JoinError,
    object_store::Error,
    tantivy::TantivyError
);
