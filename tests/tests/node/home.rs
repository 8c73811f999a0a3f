//! A data directory that cannot be used, or only in part: each gets its own message, and nothing is lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use opengateway_api::{Call, ErrorCode, MessageState, Reply};
use opengateway_node::Client;
use opengateway_tests::nodes::{
    FakeVault, ask, begin, follow, question, read, snapshot, start, start_with_keychain, thread, use_endless,
};
use opengateway_tests::soon::{soon, within};
use tempfile::{TempDir, tempdir};

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_named_as_such() {
    let Some(disk) = Disk::mount("size=4m") else { return };
    disk.remount("ro");

    let error = start(&disk.path().join("home")).await.err().unwrap();

    assert_eq!(error.code, ErrorCode::ReadOnly, "{error}");
    assert!(error.message.contains("--home"), "{error}");
}

#[tokio::test]
async fn a_place_where_no_directory_can_be_is_named_as_such() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();

    for place in [file.clone(), file.join("below")] {
        let error = start(&place).await.err().unwrap();

        assert_eq!(error.code, ErrorCode::ReadOnly, "{}: {error}", place.display());
    }
}

#[tokio::test]
async fn who_loses_the_directory_and_begins_anew_in_its_place_is_the_same_node() {
    let (directory, keychain) = (tempdir().unwrap(), FakeVault::default());
    let (home, elsewhere) = (directory.path().join("home"), directory.path().join("elsewhere"));

    let first = named(&home, &keychain).await;
    fs::remove_dir_all(&home).unwrap();
    let again = named(&home, &keychain).await;
    fs::rename(&home, &elsewhere).unwrap();
    let moved = named(&elsewhere, &keychain).await;
    let another = named(&home, &keychain).await;

    assert_eq!((&again, &moved), (&first, &first));
    assert_ne!(another, first, "the first one lives on elsewhere");
}

async fn named(home: &Path, keychain: &FakeVault) -> String {
    let node = start_with_keychain(home, keychain.clone()).await.unwrap();
    let name = soon("a name", async || snapshot(&node).await.status.node_id).await;
    node.shutdown().await;
    name
}

#[tokio::test]
async fn a_full_disk_at_the_start_is_named_as_such() {
    let Some(disk) = Disk::mount("size=4m") else { return };
    disk.fill();

    let error = start(disk.path()).await.err().unwrap();

    assert_eq!(error.code, ErrorCode::DiskFull, "{error}");
    disk.free();
    start(disk.path()).await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_disk_that_fills_up_loses_nothing_and_works_again_with_space() {
    let Some(disk) = Disk::mount("size=4m") else { return };
    let node = start(disk.path()).await.unwrap();
    let first = ask(&node, question("What is 2+2?")).await;
    let before = thread(&node, first.conversation()).await;
    let next = || follow(first.conversation(), Some(first.answer()), "What is 3+3?");

    disk.fill();
    let refused = ask(&node, next()).await;
    let settings = node.call(Call::SaveSettings(snapshot(&node).await.settings)).await;
    let kept = thread(&node, first.conversation()).await;
    disk.free();
    let again = ask(&node, next()).await;

    assert_eq!(refused.error.unwrap().code, ErrorCode::DiskFull);
    assert_eq!(settings.unwrap_err().code, ErrorCode::DiskFull);
    assert_eq!(kept, before);
    assert!(again.done && again.text.contains('6'), "{again:?}");
    let after = thread(&node, first.conversation()).await;
    assert_eq!((&after.messages[..2], after.messages.len()), (&before.messages[..], 4));
    node.shutdown().await;
}

#[tokio::test]
async fn an_answer_on_a_disk_that_fills_up_keeps_what_was_shown() {
    let Some(disk) = Disk::mount("size=6m") else { return };
    let elsewhere = tempdir().unwrap();
    let node = start(disk.path()).await.unwrap();
    use_endless(&node, elsewhere.path()).await;
    let (mut events, mut seen) = begin(&node, question("Tell me a story.")).await;

    disk.fill();
    within("the end", read(&mut events, &mut seen, |_| false)).await;
    disk.free();
    node.shutdown().await;
    let node = start(disk.path()).await.unwrap();

    assert_eq!(seen.error.clone().unwrap().code, ErrorCode::DiskFull);
    let kept = thread(&node, seen.conversation()).await.messages.pop().unwrap();
    assert!(kept.text.starts_with(&seen.text), "{} letters of {}", kept.text.len(), seen.text.len());
    assert!(matches!(kept.state, MessageState::Failed(_) | MessageState::Cut), "{:?}", kept.state);
    node.shutdown().await;
}

#[tokio::test]
async fn something_in_place_of_the_control_socket_is_named() {
    let home = tempdir().unwrap();
    fs::create_dir(home.path().join("control.sock")).unwrap();

    let error = start(home.path()).await.err().unwrap();

    assert_eq!(error.code, ErrorCode::Busy, "{error}");
    assert!(error.message.contains("control.sock"), "{error}");
    fs::remove_dir(home.path().join("control.sock")).unwrap();
    start(home.path()).await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_second_node_is_told_of_the_first() {
    let home = tempdir().unwrap();
    let node = start(home.path()).await.unwrap();

    let error = start(home.path()).await.err().unwrap();

    assert_eq!(error.code, ErrorCode::AlreadyRunning);
    assert!(error.message.contains(&std::process::id().to_string()), "{error}");
    assert!(Client::new(home.path()).call(Call::Status).await.is_ok(), "the first one still serves");
    node.shutdown().await;
}

#[tokio::test]
async fn settings_that_cannot_be_understood_are_kept_aside_with_a_notice() {
    let home = tempdir().unwrap();
    fs::write(home.path().join("settings.toml"), "threads = \"many\"").unwrap();

    let node = start(home.path()).await.unwrap();

    let notices = snapshot(&node).await.notices;
    let notice = notices.iter().find(|notice| notice.id == "settings").unwrap();
    assert!(notice.text.contains("settings.toml.broken"), "{notice:?}");
    assert_eq!(fs::read_to_string(home.path().join("settings.toml.broken")).unwrap(), "threads = \"many\"");
    node.call(Call::Dismiss("settings".into())).await.unwrap();
    assert!(snapshot(&node).await.notices.iter().all(|notice| notice.id != "settings"));
    node.shutdown().await;
}

#[tokio::test]
async fn a_data_directory_deep_down_is_served_all_the_same() {
    let directory = tempdir().unwrap();
    let deep = directory.path().join("a-directory-with-a-long-name/".repeat(6));

    let node = start(&deep).await.unwrap();

    let Ok(Reply::Status(status)) = Client::new(&deep).call(Call::Status).await else { unreachable!() };
    assert_eq!(PathBuf::from(status.home), deep);
    node.shutdown().await;
}

#[tokio::test]
async fn other_users_cannot_look_into_the_data_directory() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempdir().unwrap();
        let home = directory.path().join("home");

        let node = start(&home).await.unwrap();

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&home), mode(&home.join("control.sock"))), (0o700, 0o600));
        node.shutdown().await;
    }
}

/// A small disk in memory, unmounted when dropped.
struct Disk {
    place: TempDir,
}

impl Disk {
    /// `None`, with the reason printed, where this test may not mount.
    fn mount(options: &str) -> Option<Self> {
        let place = tempdir().unwrap();
        let mounted = cfg!(target_os = "linux") && mount(&["-t", "tmpfs", "-o", options, "tmpfs"], place.path());
        if !mounted {
            eprintln!("skipped: mounting a small disk is not permitted here");
            return None;
        }
        Some(Self { place })
    }

    fn path(&self) -> &Path {
        self.place.path()
    }

    fn remount(&self, how: &str) {
        assert!(mount(&["-o", &format!("remount,{how}")], self.path()));
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Leaves no byte free.
    fn fill(&self) {
        let full = fs::write(self.ballast(), vec![0; 8 << 20]);
        assert!(full.is_err(), "the disk is smaller than that");
    }

    fn free(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _unmounted_with_this_machine_otherwise = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn mount(options: &[&str], place: &Path) -> bool {
    let mounted = Command::new("mount").args(options).arg(place).stderr(std::process::Stdio::null()).status();
    mounted.is_ok_and(|status| status.success())
}
