//! Arguments of the commands: a few flags and pass-through, so no parser is needed.

use crate::process::Result;

/// Refuses anything: for commands without arguments.
pub(crate) fn none(args: &[String]) -> Result {
    match args.first() {
        None => Ok(()),
        Some(unknown) => Err(format!("unexpected argument `{unknown}`").into()),
    }
}

/// For commands whose only argument is one optional flag: whether it is there.
pub(crate) fn only_flag<S: AsRef<str>>(args: &[S], flag: &str) -> Result<bool> {
    match args {
        [] => Ok(false),
        [given] if given.as_ref() == flag => Ok(true),
        [given, ..] => Err(format!("unexpected argument `{}`, only `{flag}` is known", given.as_ref()).into()),
    }
}

/// What stands before and after the first `--`.
pub(crate) fn split(args: &[String]) -> (&[String], &[String]) {
    match args.iter().position(|arg| arg == "--") {
        None => (args, &[]),
        Some(at) => (&args[..at], &args[at + 1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::{only_flag, split};

    fn strings(args: &[&str]) -> Vec<String> {
        args.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn split_keeps_later_dashes() {
        let args = strings(&["-p", "talaria", "--", "name", "--", "x"]);
        assert_eq!(split(&args), (&strings(&["-p", "talaria"])[..], &strings(&["name", "--", "x"])[..]));
        assert_eq!(split(&args[..2]), (&args[..2], &[][..]));
    }

    #[test]
    fn only_the_flag_is_accepted() {
        assert!(matches!(only_flag::<&str>(&[], "--check"), Ok(false)));
        assert!(matches!(only_flag(&strings(&["--check"]), "--check"), Ok(true)));
        assert!(only_flag(&strings(&["--chekc"]), "--check").is_err());
    }
}
