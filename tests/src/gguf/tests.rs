use super::*;

fn written(weights: Weights) -> (tempfile::TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tiny.gguf");
    write(&path, &Shape::TINY, weights).unwrap();
    (directory, path)
}

#[test]
fn our_own_reader_understands_what_is_written() {
    for weights in [Weights::F16, Weights::Q8] {
        let (_directory, path) = written(weights);

        let header = opengateway_engine::gguf::read_file(&path).unwrap();

        assert_eq!((header.layers, header.width, header.vocabulary), (2, 64, 1000));
        assert_eq!(header.kv_width, 2 * 2 * (16 + 16));
        assert!(header.chat_template.is_some());
    }
}

#[test]
fn the_file_ends_where_the_last_tensor_ends() {
    let (_directory, path) = written(Weights::Q8);
    let bytes = std::fs::read(&path).unwrap();

    let error = opengateway_engine::gguf::read(&bytes[..bytes.len() - 1], bytes.len() as u64 - 1).unwrap_err();

    assert!(
        matches!(error, opengateway_engine::gguf::GgufError::Truncated { needed, .. } if needed == bytes.len() as u64)
    );
}

#[test]
fn the_same_shape_gives_the_same_bytes() {
    let ((_one, one), (_two, two)) = (written(Weights::F16), written(Weights::F16));

    assert_eq!(std::fs::read(one).unwrap(), std::fs::read(two).unwrap());
}
