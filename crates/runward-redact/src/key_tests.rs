use super::*;

#[test]
fn a_saved_key_is_loaded_and_nobody_else_can_read_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("commitment.key");
    let key = CommitmentKey::generate([7; 32]);
    key.save(&path).unwrap();
    let loaded = CommitmentKey::load(&path).unwrap();
    assert_eq!(*loaded.secret, *key.secret);
    assert_eq!(loaded.id(), key.id());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            CommitmentKey::load(&path),
            Err(KeyError::Exposed(_))
        ));
    }
}

#[test]
fn a_key_is_never_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("k");
    CommitmentKey::generate([1; 32]).save(&path).unwrap();
    let again = CommitmentKey::generate([2; 32]).save(&path);
    assert!(matches!(again, Err(KeyError::Exists(_))));
    assert_eq!(*CommitmentKey::load(&path).unwrap().secret, [1; 32]);
}

#[test]
fn rotation_keeps_the_old_keys() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("k");
    let [one, two] = [[1; 32], [2; 32]].map(CommitmentKey::generate);
    one.save(&path).unwrap();
    two.rotate(&path).unwrap();
    let ids = || -> Vec<String> {
        let keys = CommitmentKey::load_all(&path).unwrap();
        keys.iter().map(|key| key.id().to_owned()).collect()
    };
    assert_eq!(ids(), [two.id(), one.id()]);
    two.rotate(&path).unwrap();
    assert_eq!(ids(), [two.id(), one.id()]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[test]
fn damaged_files_are_refused_without_repeating_them() {
    let directory = tempfile::tempdir().unwrap();
    let line = CommitmentKey::generate([3; 32]).line();
    let digits = line.trim().rsplit(':').next().unwrap();
    for (index, text) in [
        String::new(),
        "hello".to_owned(),
        line.replace("0303", "0304"),
        line.replacen("03", "0x", 1),
        line.trim().trim_end_matches('3').to_owned(),
        format!("{}extra", line.trim()),
        line.replace(":1:", ":2:"),
    ]
    .iter()
    .enumerate()
    {
        let path = directory.path().join(index.to_string());
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let error = CommitmentKey::load(&path).unwrap_err();
        assert!(
            matches!(error, KeyError::Format { .. }),
            "{text:?}: {error}"
        );
        assert!(
            !error.to_string().contains(digits.get(..20).unwrap()),
            "{error}"
        );
    }
}

#[test]
fn a_key_does_not_show_itself() {
    let key = CommitmentKey::generate([0xab; 32]);
    assert!(!format!("{key:?}").contains("abab"));
    assert!(!format!("{key:?}").contains("171"));
}
