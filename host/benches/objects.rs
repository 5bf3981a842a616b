//! What an address or a form costs that is signed: a client waits for it, and a plugin's call goes on meanwhile.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use talaria::{
    clock::Clock,
    config::{ObjectBackend, Objects, S3, Secret},
    objects::{
        BucketName, DiskStore, Download, Expiry, FormPolicy, Key, MediaRule, ObjectStore, S3Store, SizeRange,
        disk::DiskSettings,
    },
};

fn sign(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _inside = runtime.enter();
    let folder = tempfile::tempdir().expect("a folder");
    let settings = DiskSettings {
        directory: folder.path().join("objects"),
        key: folder.path().join("objects.key"),
        url: Some("https://files.example.com".into()),
        max_object_bytes: 1 << 30,
        min_free_bytes: 0,
    };
    let s3 = S3 {
        endpoint: Some("https://s3.example.com".into()),
        access_key: Some("talaria".into()),
        secret_key: Some(Secret::new("not-a-secret-here")),
        ..S3::default()
    };
    let config = Objects { backend: ObjectBackend::S3, s3, ..Objects::default() };
    let stores: [(&str, Box<dyn ObjectStore>); 2] = [
        ("disk", Box::new(DiskStore::open(settings, Clock::system()).expect("a disk"))),
        ("s3", Box::new(S3Store::new(&config).expect("settings"))),
    ];
    let bucket = BucketName::parse("message-attachment").expect("a name");
    let key = Key::parse("1234567890/1234567890").expect("a key");
    let expiry = Expiry::parse(3600).expect("a time");
    let download = Download { expiry, file_name: Some("report.pdf".into()) };
    let policy = FormPolicy {
        bucket: bucket.clone(),
        key: key.clone(),
        expiry,
        media: MediaRule::parse(Some("image/")).expect("a beginning"),
        size: SizeRange::parse(1, 1 << 20).expect("sizes"),
    };
    for (name, store) in &stores {
        criterion.bench_function(&format!("objects/{name}/presign_get"), |bencher| {
            bencher.to_async(&runtime).iter(async || black_box(store.presign_get(&bucket, &key, &download).await));
        });
        criterion.bench_function(&format!("objects/{name}/presign_post"), |bencher| {
            bencher.to_async(&runtime).iter(async || black_box(store.presign_post(&policy).await));
        });
    }
}

criterion_group!(benches, sign);
criterion_main!(benches);
