//! `talaria plugin stamp`: what `build` does for a crate, for a component that another language's tools have made. Who
//! it is comes from the file that says so in that language.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{build, identity::Identity};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// A component
    file: PathBuf,
    /// The package.json or pyproject.toml that says name, version, description, license and authors
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Where to write it [default: in the place of FILE]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let identity = read(&args.from)?;
    let bytes = fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    build::finish(&bytes, &identity, args.out.as_ref().unwrap_or(&args.file))
}

fn read(file: &Path) -> Result<Identity> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => from_package(&text),
        Some("toml") => from_project(&text),
        _ => bail!("it is neither JSON nor TOML; name a package.json or a pyproject.toml with --from"),
    }
    .with_context(|| format!("{} does not say who the plugin is", file.display()))
}

/// The fields of a package.json.
#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    description: Option<String>,
    license: Option<String>,
    author: Option<Author>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Author {
    Text(String),
    Table { name: String },
}

impl Author {
    fn name(self) -> String {
        match self {
            Self::Text(name) | Self::Table { name } => name,
        }
    }
}

fn from_package(text: &str) -> Result<Identity> {
    let Package { name, version, description, license, author } = serde_json::from_str(text)?;
    let authors = author.map(Author::name).into_iter().collect();
    Ok(Identity { name, version, description, license, authors, repository: None })
}

#[derive(Deserialize)]
struct Pyproject {
    project: Project,
}

/// The fields of the table `project`.
#[derive(Deserialize)]
struct Project {
    name: String,
    version: String,
    description: Option<String>,
    license: Option<License>,
    #[serde(default)]
    authors: Vec<ProjectAuthor>,
}

/// An expression; what was a table before is a text of any kind, and not an expression.
#[derive(Deserialize)]
#[serde(untagged)]
enum License {
    Expression(String),
    Table {},
}

#[derive(Deserialize)]
struct ProjectAuthor {
    name: Option<String>,
}

fn from_project(text: &str) -> Result<Identity> {
    let Project { name, version, description, license, authors } = toml::from_str::<Pyproject>(text)?.project;
    let license = match license {
        Some(License::Expression(expression)) => Some(expression),
        Some(License::Table {}) | None => None,
    };
    let authors = authors.into_iter().filter_map(|author| author.name).collect();
    Ok(Identity { name, version, description, license, authors, repository: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm() -> Identity {
        Identity {
            name: "calm".into(),
            version: "1.2.3".into(),
            description: Some("Lowers voices.".into()),
            license: Some("MIT".into()),
            authors: vec!["A".into()],
            repository: None,
        }
    }

    #[test]
    fn a_package_says_who_it_is() {
        let text =
            r#"{"name": "calm", "version": "1.2.3", "description": "Lowers voices.", "license": "MIT", "author": "A"}"#;
        assert_eq!(from_package(text).unwrap(), calm());
        assert_eq!(from_package(&text.replace(r#""A""#, r#"{"name": "A", "url": "b"}"#)).unwrap(), calm());
        let nameless = from_package(r#"{"version": "1.2.3"}"#).unwrap_err();
        assert!(nameless.to_string().contains("name"), "{nameless}");
    }

    #[test]
    fn a_project_says_who_it_is() {
        let text = "[project]\nname = \"calm\"\nversion = \"1.2.3\"\ndescription = \"Lowers voices.\"\nlicense = \"MIT\"\n\
                    authors = [{ name = \"A\" }, { email = \"b@c\" }]\n[tool.x]\ny = 1\n";
        assert_eq!(from_project(text).unwrap(), calm());
        let older = from_project(&text.replace("\"MIT\"", "{ text = \"Anything at all\" }")).unwrap();
        assert_eq!(older, Identity { license: None, ..calm() });
        assert!(from_project("[tool.x]\n").unwrap_err().to_string().contains("project"));
    }
}
