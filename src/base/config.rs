//! What the operator decided: `atelier.toml`, overridden by `ATELIER_*`, overridden by flags.

use super::Secret;
use super::error::{Error, Result};
use super::id::Chance;
use serde::Deserialize;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One readable line an entry.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The configuration of a node, complete and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Database, media, search index and key file live here.
    pub data_dir: PathBuf,
    /// `None`: SQLite in the data dir. Else `sqlite:..` or `postgres://..`.
    pub database_url: Option<String>,
    /// The public host; with its port in development. Permanent (D29).
    pub domain: String,
    /// The address we listen on.
    pub listen: String,
    /// Development: http, explicit ports and loopback peers are allowed.
    pub dev: bool,
    /// Addresses of proxies whose forwarded client address counts (D29): those of this machine, unless said
    /// otherwise, when the node listens to this machine only.
    pub trusted_proxies: Vec<IpAddr>,
    /// The key file, if not `secret.key` in the data dir (D25).
    pub secret_key_file: Option<PathBuf>,
    /// Log filter, as `tracing` reads it.
    pub log: String,
    /// Log format.
    pub log_format: LogFormat,
    /// The largest upload, in bytes.
    pub media_bytes_max: usize,
    /// How many activities a second the inbox takes from one host, five seconds' worth at once.
    pub inbox_per_host_per_second: u32,
    /// How many a second it takes in all, likewise.
    pub inbox_per_second: u32,
    /// Addresses that requests may go to although they are not of the public internet, for tests and for
    /// Allies inside one building; production rules else.
    pub allow_addresses: Vec<IpAddr>,
}

/// Values from one source; what is absent is left to the source below.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// See [`Config::data_dir`].
    pub data_dir: Option<PathBuf>,
    /// See [`Config::database_url`].
    pub database_url: Option<String>,
    /// See [`Config::domain`].
    pub domain: Option<String>,
    /// See [`Config::listen`].
    pub listen: Option<String>,
    /// See [`Config::dev`].
    pub dev: Option<bool>,
    /// See [`Config::trusted_proxies`].
    pub trusted_proxies: Option<Vec<String>>,
    /// See [`Config::secret_key_file`].
    pub secret_key_file: Option<PathBuf>,
    /// See [`Config::log`].
    pub log: Option<String>,
    /// See [`Config::log_format`].
    pub log_format: Option<LogFormat>,
    /// See [`Config::media_bytes_max`].
    pub media_bytes_max: Option<usize>,
    /// See [`Config::inbox_per_host_per_second`].
    pub inbox_per_host_per_second: Option<u32>,
    /// See [`Config::inbox_per_second`].
    pub inbox_per_second: Option<u32>,
    /// See [`Config::allow_addresses`].
    pub allow_addresses: Option<Vec<String>>,
}

const KEYS: [&str; 13] = [
    "data_dir",
    "database_url",
    "domain",
    "listen",
    "dev",
    "trusted_proxies",
    "secret_key_file",
    "log",
    "log_format",
    "media_bytes_max",
    "inbox_per_host_per_second",
    "inbox_per_second",
    "allow_addresses",
];
const DOMAIN_DEV: &str = "localhost:8080";
const LISTEN_PRODUCTION: &str = "127.0.0.1:8080";
const INBOX_PER_HOST_PER_SECOND: u32 = 20;
const INBOX_PER_SECOND: u32 = 100;
const MEDIA_BYTES_MAX: usize = 15 * 1024 * 1024;

fn unknown_key(key: &str, whence: &str) -> Error {
    let nearest = KEYS
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(a, key).total_cmp(&strsim::jaro_winkler(b, key)))
        .copied()
        .unwrap_or(KEYS[0]);
    Error::Operator(format!(
        "{whence}: unknown key \"{key}\"; did you mean \"{nearest}\"?"
    ))
}

impl Settings {
    /// Reads `atelier.toml`; a missing file is no settings.
    ///
    /// # Errors
    /// When the file is not TOML, or names a key we do not know (the text names the nearest).
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Error::Operator(format!(
                    "cannot read {}: {error}",
                    path.display()
                )));
            }
        };
        let whence = path.display().to_string();
        let table: toml::Table = text
            .parse()
            .map_err(|error| Error::Operator(format!("{whence}: {error}")))?;
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(unknown_key(key, &whence));
        }
        table
            .try_into()
            .map_err(|error| Error::Operator(format!("{whence}: {error}")))
    }

    /// Reads `ATELIER_*` from an environment.
    ///
    /// # Errors
    /// When a variable's name or value is not ours.
    pub fn from_env(vars: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut settings = Self::default();
        for (name, value) in vars {
            let Some(key) = name.strip_prefix("ATELIER_") else {
                continue;
            };
            let key = key.to_ascii_lowercase();
            let bad = |what: &str| Error::Operator(format!("{name}: {what}"));
            let list = || {
                value
                    .split(',')
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty())
                    .collect()
            };
            match key.as_str() {
                "config" => {}
                "data_dir" => settings.data_dir = Some(value.into()),
                "database_url" => settings.database_url = Some(value),
                "domain" => settings.domain = Some(value),
                "listen" => settings.listen = Some(value),
                "dev" => {
                    settings.dev = Some(match value.as_str() {
                        "1" | "true" | "yes" => true,
                        "0" | "false" | "no" | "" => false,
                        _ => return Err(bad("give 1 or 0")),
                    });
                }
                "trusted_proxies" => settings.trusted_proxies = Some(list()),
                "secret_key_file" => settings.secret_key_file = Some(value.into()),
                "log" => settings.log = Some(value),
                "log_format" => {
                    settings.log_format = Some(match value.as_str() {
                        "text" => LogFormat::Text,
                        "json" => LogFormat::Json,
                        _ => return Err(bad("give text or json")),
                    });
                }
                "media_bytes_max" => {
                    settings.media_bytes_max =
                        Some(value.parse().map_err(|_| bad("give a number of bytes"))?);
                }
                "inbox_per_host_per_second" => {
                    settings.inbox_per_host_per_second =
                        Some(value.parse().map_err(|_| bad("give a number"))?);
                }
                "inbox_per_second" => {
                    settings.inbox_per_second =
                        Some(value.parse().map_err(|_| bad("give a number"))?);
                }
                "allow_addresses" => settings.allow_addresses = Some(list()),
                _ => {
                    let Error::Operator(text) = unknown_key(&key, &name) else {
                        continue;
                    };
                    return Err(Error::Operator(format!(
                        "{text} (as ATELIER_ and capitals)"
                    )));
                }
            }
        }
        Ok(settings)
    }

    /// These settings, and those of `below` where these say nothing.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(below.data_dir),
            database_url: self.database_url.or(below.database_url),
            domain: self.domain.or(below.domain),
            listen: self.listen.or(below.listen),
            dev: self.dev.or(below.dev),
            trusted_proxies: self.trusted_proxies.or(below.trusted_proxies),
            secret_key_file: self.secret_key_file.or(below.secret_key_file),
            log: self.log.or(below.log),
            log_format: self.log_format.or(below.log_format),
            media_bytes_max: self.media_bytes_max.or(below.media_bytes_max),
            inbox_per_host_per_second: self
                .inbox_per_host_per_second
                .or(below.inbox_per_host_per_second),
            inbox_per_second: self.inbox_per_second.or(below.inbox_per_second),
            allow_addresses: self.allow_addresses.or(below.allow_addresses),
        }
    }

    /// The complete configuration, checked.
    ///
    /// # Errors
    /// When the values contradict each other; the text says what to do.
    pub fn complete(self) -> Result<Config> {
        let dev = self.dev.unwrap_or(false);
        let domain = match (self.domain, dev) {
            (Some(domain), _) => clean_domain(&domain)?,
            (None, true) => DOMAIN_DEV.to_owned(),
            (None, false) => {
                return Err(Error::Operator(
                    "the domain of this node is not set: set ATELIER_DOMAIN (for example \
                     factory.your-network.org; it is permanent), or ATELIER_DEV=1 to try it here"
                        .into(),
                ));
            }
        };
        if dev && !is_loopback_name(&domain) {
            return Err(Error::Operator(format!(
                "ATELIER_DEV=1 is refused: {domain} is a public name, and development mode trusts http"
            )));
        }
        if !dev && domain.contains(':') {
            return Err(Error::Operator(format!(
                "the domain {domain} has a port: in production a node answers on https without a port"
            )));
        }
        if !dev && std::env::var_os("DANGER_FEDERATION_ALLOW_LOCAL_IP").is_some() {
            return Err(Error::Operator(
                "DANGER_FEDERATION_ALLOW_LOCAL_IP is set: unset it, it would open private addresses".into(),
            ));
        }
        let port = domain.rsplit_once(':').map_or("8080", |(_, port)| port);
        let listen = self.listen.unwrap_or_else(|| {
            if dev {
                format!("127.0.0.1:{port}")
            } else {
                LISTEN_PRODUCTION.to_owned()
            }
        });
        // A node that listens to its own machine only is reached through a proxy there.
        let local: Vec<String> = if !dev && listens_locally(&listen) {
            vec!["127.0.0.1".into(), "::1".into()]
        } else {
            Vec::new()
        };
        let inbox_per_host_per_second = self
            .inbox_per_host_per_second
            .unwrap_or(INBOX_PER_HOST_PER_SECOND);
        let inbox_per_second = self.inbox_per_second.unwrap_or(INBOX_PER_SECOND);
        if inbox_per_host_per_second == 0 || inbox_per_second == 0 {
            return Err(Error::Operator(
                "inbox_per_host_per_second and inbox_per_second: an inbox that takes none is \
                 closed; give at least 1"
                    .into(),
            ));
        }
        let trusted_proxies =
            ip_addresses("trusted_proxies", &self.trusted_proxies.unwrap_or(local))?;
        let allow_addresses =
            ip_addresses("allow_addresses", &self.allow_addresses.unwrap_or_default())?;
        Ok(Config {
            data_dir: self.data_dir.unwrap_or_else(|| "./data".into()),
            database_url: self.database_url,
            domain,
            listen,
            dev,
            trusted_proxies,
            secret_key_file: self.secret_key_file,
            log: self.log.unwrap_or_else(|| "info,tantivy=error".into()),
            log_format: self.log_format.unwrap_or_default(),
            media_bytes_max: self.media_bytes_max.unwrap_or(MEDIA_BYTES_MAX),
            inbox_per_host_per_second,
            inbox_per_second,
            allow_addresses,
        })
    }
}

fn ip_addresses(key: &str, texts: &[String]) -> Result<Vec<IpAddr>> {
    let read = |text: &String| {
        text.parse()
            .map_err(|_| Error::Operator(format!("{key}: {text} is not an IP address")))
    };
    texts.iter().map(read).collect()
}

fn clean_domain(text: &str) -> Result<String> {
    let help = || {
        Error::Operator(format!(
            "the domain \"{text}\" is not a host name: give for example factory.your-network.org, \
             without https:// and without a path"
        ))
    };
    let url = url::Url::parse(&format!("http://{}", text.trim())).map_err(|_| help())?;
    let host = url.host_str().ok_or_else(help)?;
    if url.path() != "/"
        || url.query().is_some()
        || !url.username().is_empty()
        || host.ends_with('.')
    {
        return Err(help());
    }
    if matches!(url.host(), Some(url::Host::Ipv4(_) | url::Host::Ipv6(_))) {
        return Err(help());
    }
    Ok(url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether a `host` or `host:port` can only be this machine.
#[must_use]
pub fn is_loopback_name(domain: &str) -> bool {
    let host = domain.split(':').next().unwrap_or(domain);
    host == "localhost" || host.ends_with(".localhost") || host.ends_with(".test")
}

fn listens_locally(listen: &str) -> bool {
    listen.starts_with("127.") || listen.starts_with("[::1]") || listen.starts_with("localhost:")
}

impl Config {
    /// The scheme, host and port all URLs of this node begin with.
    #[must_use]
    pub fn origin(&self) -> String {
        let scheme = if self.dev { "http" } else { "https" };
        format!("{scheme}://{}", self.domain)
    }

    /// The database's URL: the configured one, or SQLite in the data dir.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| {
            format!(
                "sqlite://{}?mode=rwc",
                self.data_dir.join("atelier.db").display()
            )
        })
    }

    /// Where the key file is (D25).
    #[must_use]
    pub fn secret_path(&self) -> PathBuf {
        self.secret_key_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("secret.key"))
    }
}

/// Reads the key file, or makes it at the first start with mode 0600 (D25).
///
/// # Errors
/// When it is not 32 bytes, readable by others, or cannot be written.
pub fn read_or_make_secret(config: &Config, chance: &Chance) -> Result<Secret> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let path = config.secret_path();
    let place = path.display().to_string();
    match std::fs::read(&path) {
        Ok(bytes) => {
            let mode = std::fs::metadata(&path)?.permissions().mode() & 0o077;
            if mode != 0 && config.secret_key_file.is_none() {
                return Err(Error::Operator(format!(
                    "{place} can be read by others: run chmod 600 {place}"
                )));
            }
            let bytes: [u8; 32] = bytes.try_into().map_err(|_| {
                Error::Operator(format!("{place} is damaged: it must hold exactly 32 bytes"))
            })?;
            Ok(Secret(bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let bytes = chance.bytes32()?;
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(|error| Error::Operator(format!("cannot write {place}: {error}")))?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            Ok(Secret(bytes))
        }
        Err(error) => Err(Error::Operator(format!("cannot read {place}: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> Result<Settings> {
        Settings::from_env(vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = env(&[("ATELIER_DOMIAN", "a.example")]).expect_err("refused");
        assert!(
            error.to_string().contains("did you mean \"domain\"?"),
            "{error}"
        );
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_file() {
        let file = Settings {
            domain: Some("file.example".into()),
            log: Some("warn".into()),
            ..Settings::default()
        };
        let env = env(&[("ATELIER_DOMAIN", "env.example")]).expect("fine");
        let flags = Settings {
            listen: Some("[::1]:1".into()),
            ..Settings::default()
        };
        let config = flags.over(env).over(file).complete().expect("complete");
        assert_eq!(
            (config.domain.as_str(), config.log.as_str()),
            ("env.example", "warn")
        );
        assert_eq!(config.origin(), "https://env.example");
    }

    #[test]
    fn development_mode_is_refused_for_a_public_name() {
        let settings = |domain: &str| Settings {
            dev: Some(true),
            domain: Some(domain.into()),
            ..Settings::default()
        };
        assert!(settings("factory.example.org").complete().is_err());
        let local = settings("localhost:8081").complete().expect("loopback");
        assert_eq!(
            (local.origin().as_str(), local.listen.as_str()),
            ("http://localhost:8081", "127.0.0.1:8081")
        );
    }

    #[test]
    fn a_domain_is_a_host_name_only() {
        for bad in [
            "https://a.example",
            "a.example/x",
            "10.0.0.1",
            "u@a.example",
            "a.example.",
            "",
        ] {
            assert!(clean_domain(bad).is_err(), "{bad}");
        }
        assert_eq!(
            clean_domain("Fabrique.Example").ok().as_deref(),
            Some("fabrique.example")
        );
    }
}
