//! `talaria plugin new`: a crate that builds and whose test passes. The templates travel in this binary.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

/// Files of the new crate with their text, in which `{{name}}` and `{{sdk}}` are replaced.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../../../../plugin-sdk/template/Cargo.toml.tmpl")),
    ("README.md", include_str!("../../../../plugin-sdk/template/README.md.tmpl")),
    ("config.schema.json", include_str!("../../../../plugin-sdk/template/config.schema.json.tmpl")),
    ("src/lib.rs", include_str!("../../../../plugin-sdk/template/src/lib.rs.tmpl")),
    (".gitignore", include_str!("../../../../plugin-sdk/template/gitignore.tmpl")),
];

/// With `--testkit`, besides.
const KIT_FILES: &[(&str, &str)] =
    &[("tests/component.rs", include_str!("../../../../plugin-sdk/template/tests/component.rs.tmpl"))];

const SDK_FOLDER: &str = "plugin-sdk";
const MAX_NAME_LENGTH: usize = 64;

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// Name of the plugin and its crate: lower-case letters, digits, `-` and `_`
    name: String,
    /// Folder to create [default: the name]
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// A checkout of Talaria, or its folder of the SDK [default: the nearest one upward from here or from this program;
    /// else the published crate]
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,
    /// Also write a test that runs the component in the real host; it takes minutes to compile at first
    #[arg(long)]
    testkit: bool,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let name = &args.name;
    ensure!(
        is_name(name),
        "`{name}` cannot be a plugin's name: begin with a letter a-z, then a-z, 0-9, `-` and `_`, at most {MAX_NAME_LENGTH}"
    );
    let folder = args.path.clone().unwrap_or_else(|| name.into());
    ensure!(!folder.exists(), "{} exists; give another place with --path", folder.display());
    let sdk = dependency(args.sdk.as_deref())?;
    let kit = if args.testkit { Some(kit_dependencies(&sdk)?) } else { None };
    for (file, template) in FILES.iter().chain(KIT_FILES.iter().filter(|_| args.testkit)) {
        let mut text = template.replace("{{name}}", name).replace("{{sdk}}", &sdk);
        if let Some(kit) = kit.as_ref().filter(|_| *file == "Cargo.toml") {
            text.push_str(kit);
        }
        write(&folder.join(file), &text)?;
    }
    println!("{}", folder.display());
    if sdk.starts_with('"') {
        eprintln!(
            "The SDK is the published crate talaria-sdk {sdk}; to build against a checkout of Talaria, give it with --sdk."
        );
    } else {
        eprintln!("The SDK: {sdk}");
    }
    eprintln!(
        "Next:\n  cd {}\n  cargo test\n  talaria plugin build\n  talaria plugin install target/plugins/{name}.wasm",
        folder.display()
    );
    Ok(())
}

fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME_LENGTH
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

fn write(file: &Path, text: &str) -> Result<()> {
    let cannot = || format!("cannot write {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    fs::write(file, text).with_context(cannot)
}

/// The value of the SDK's line in Cargo.toml.
fn dependency(given: Option<&Path>) -> Result<String> {
    let folder = match given {
        Some(folder) => match [folder.to_owned(), folder.join(SDK_FOLDER)].into_iter().find(|folder| is_sdk(folder)) {
            None => bail!("{0} is no checkout of Talaria: there is no talaria-sdk in it", folder.display()),
            found => found,
        },
        None => nearest_sdk(),
    };
    let Some(folder) = folder else { return Ok(format!("\"{}\"", env!("CARGO_PKG_VERSION"))) };
    let folder = folder.canonicalize().with_context(|| format!("cannot read {}", folder.display()))?;
    // A TOML string is quoted as a JSON string.
    Ok(format!("{{ path = {} }}", serde_json::Value::from(folder.display().to_string())))
}

/// The test kit stands on the whole server, which is no published crate: it comes from beside the SDK.
fn kit_dependencies(sdk: &str) -> Result<String> {
    let Some(folder) = sdk.strip_prefix("{ path = ").and_then(|rest| rest.strip_suffix(" }")) else {
        bail!("the test kit comes with a checkout of Talaria: name it with --sdk");
    };
    let folder: PathBuf = serde_json::from_str(folder)?;
    let kit = serde_json::Value::from(folder.join("testkit").display().to_string());
    Ok(format!(
        "\n[dev-dependencies]\ntalaria-testkit = {{ path = {kit} }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
    ))
}

fn nearest_sdk() -> Option<PathBuf> {
    let here = env::current_dir().ok();
    let program = env::current_exe().ok();
    let places = here.iter().chain(&program).flat_map(|place| place.ancestors());
    places.map(|folder| folder.join(SDK_FOLDER)).find(|folder| is_sdk(folder))
}

fn is_sdk(folder: &Path) -> bool {
    fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "name = \"talaria-sdk\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(name: &str, path: PathBuf) -> Args {
        Args { name: name.into(), path: Some(path), sdk: None, testkit: false }
    }

    #[test]
    fn a_new_crate_has_its_name_and_the_sdk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("greeter");
        run(&args("greeter", path.clone())).unwrap();
        let manifest = fs::read_to_string(path.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("name = \"greeter\""), "{manifest}");
        assert!(manifest.contains("talaria-sdk = { path = \""), "{manifest}");
        for (file, _) in FILES {
            let text = fs::read_to_string(path.join(file)).unwrap();
            assert!(!text.contains("{{"), "{file}: {text}");
        }
        let again = run(&args("greeter", path)).unwrap_err().to_string();
        assert!(again.contains("exists"), "{again}");
    }

    #[test]
    fn the_test_kit_comes_from_beside_the_sdk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("greeter");
        run(&Args { testkit: true, ..args("greeter", path.clone()) }).unwrap();
        let manifest = fs::read_to_string(path.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("/plugin-sdk/testkit\" }"), "{manifest}");
        assert!(path.join("tests/component.rs").is_file());
        assert!(kit_dependencies("\"0.1.0\"").unwrap_err().to_string().contains("--sdk"));
    }

    #[test]
    fn names_are_checked() {
        for name in ["a", "anti-spam", "x_1"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "Greeter", "../up", "a b", "-a", &"a".repeat(65)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn something_else_is_not_taken_for_the_sdk() {
        let host = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(dependency(Some(host)).is_err());
        let checkout = host.parent().unwrap();
        assert_eq!(dependency(Some(checkout)).unwrap(), dependency(Some(&checkout.join(SDK_FOLDER))).unwrap());
    }
}
