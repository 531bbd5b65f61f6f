//! The command line: what somebody who runs a node can ask for, one file a command.

mod ask;
mod backup;
mod block;
mod check;
mod closed;
mod demo;
mod follow;
mod front;
mod host;
mod import;
mod init;
mod keys;
mod lock;
mod member;
mod migrate;
mod open;
mod restore;
mod say;
mod serve;
mod token;
mod verify;

use clap::{Args, Parser, Subcommand};
use say::{Failure, Outcome};
use std::path::PathBuf;
use std::process::ExitCode;

const WHERE: &str = "Which node (flags win over ATELIER_* variables, and those over atelier.toml)";

const AFTER: &str = "\
First steps:
  atelier demo                     three nodes on this machine, to look around
  atelier init                     found the network of a new node
  atelier serve                    run it
  atelier check                    is everything in order? what is to be done?

A node keeps all it has in its data folder (./data unless told otherwise).
Exit codes: 0 done; 1 it failed; 2 the command was not understood; 3 there is no such thing;
4 something stands in the way.";

/// Atelier: a node of the Transition Factory Alliance, where a network publishes what it learned
/// and reads what others publish.
#[derive(Debug, Parser)]
#[command(name = "atelier", version, after_help = AFTER, max_term_width = 100)]
struct Line {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Which node is meant.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = WHERE)]
struct Place {
    /// The configuration file; ./atelier.toml when there is one
    #[arg(long, global = true, value_name = "FILE", env = "ATELIER_CONFIG")]
    config: Option<PathBuf>,
    /// The folder of database, pictures, search index and key file
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The public name of the node, for example factory.your-network.org; permanent
    #[arg(long, global = true, value_name = "NAME")]
    domain: Option<String>,
    /// The database: postgres://.. ; an SQLite file in the data folder when left out
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// The address to listen on, for example 127.0.0.1:8080
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Development on this machine: http, ports in addresses, neighbours on localhost
    #[arg(long, global = true)]
    dev: bool,
    /// Answers as JSON, for scripts
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the node: its pages, and the work behind them
    Serve(serve::Serve),
    /// Found the network of a new node, with its first steward
    Init(init::Init),
    /// Bring the database up to date after an upgrade (serve does it by itself)
    Migrate,
    /// The people who sign in on this node
    #[command(subcommand)]
    Member(member::Command),
    /// Tokens with which programs use the API in a member's name
    #[command(subcommand)]
    Token(token::Command),
    /// Follow a network: what it publishes comes here, its past included
    Follow(follow::Follow),
    /// End a follow; what was received stays
    Unfollow(follow::Follow),
    /// Whom this node follows, and how that stands
    Following,
    /// Block a host: nothing comes in from it, nothing goes out to it
    Block(block::Add),
    /// End a block
    Unblock(block::End),
    /// The hosts this node does not speak with, and why
    Blocks,
    /// Publish Markdown files with front matter
    Import(import::Import),
    /// Save the whole node into one file, while it runs
    Backup(backup::Backup),
    /// Bring a saved node back, or confirm one that was brought back
    Restore(restore::Restore),
    /// The keys by which this node, its network and its members are known to others
    Keys(keys::Keys),
    /// Check an evidence file, from the file alone: who wrote a publication, and how that is known
    Verify(verify::Verify),
    /// Look whether everything is in order, from inside and from outside, and say what to do
    Check(check::Check),
    /// Run many nodes in one process: one sub-folder each, chosen by the name that was called
    Host(host::Host),
    /// Three nodes on this machine with sample publications, following each other
    Demo(demo::Demo),
}

/// Reads the command line, does what it says, and tells the system how it went.
#[must_use]
pub fn run() -> ExitCode {
    let line = Line::parse();
    let json = line.place.json;
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(1, format!("cannot start: {error}")))
        .and_then(|runtime| runtime.block_on(obey(line)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.show(json);
            ExitCode::from(failure.code)
        }
    }
}

async fn obey(line: Line) -> Outcome {
    let place = line.place;
    match line.command {
        Command::Serve(serve) => serve.run(&place).await,
        Command::Init(init) => init.run(&place).await,
        Command::Migrate => migrate::run(&place).await,
        Command::Member(member) => member.run(&place).await,
        Command::Token(token) => token.run(&place).await,
        Command::Follow(follow) => follow.begin(&place).await,
        Command::Unfollow(follow) => follow.end(&place).await,
        Command::Following => follow::list(&place).await,
        Command::Block(block) => block.run(&place).await,
        Command::Unblock(block) => block.run(&place).await,
        Command::Blocks => block::list(&place).await,
        Command::Import(import) => import.run(&place).await,
        Command::Backup(backup) => backup.run(&place).await,
        Command::Restore(restore) => restore.run(&place).await,
        Command::Keys(keys) => keys.run(&place).await,
        Command::Verify(verify) => verify.run(&place),
        Command::Check(check) => check.run(&place).await,
        Command::Host(host) => host.run(&place).await,
        Command::Demo(demo) => demo.run(&place).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_holds_together() {
        Line::command().debug_assert();
    }
}
