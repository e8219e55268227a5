//! The files of the page, which are built into the program. Their names contain a digest, so a browser may cache them forever.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::LazyLock;

/// A file of the page.
#[derive(Debug)]
pub struct Asset {
    /// Its address: `/assets/page.0123456789abcdef.css`.
    pub path: String,
    kind: &'static str,
    bytes: &'static [u8],
}

pub static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "css", "text/css; charset=utf-8", include_bytes!("assets/page.css")));
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("page", "js", "text/javascript; charset=utf-8", include_bytes!("assets/page.js"))
});
pub static EDITOR: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("editor", "js", "text/javascript; charset=utf-8", include_bytes!("assets/editor.js"))
});
pub static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_bytes!("assets/icon.svg")));

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, bytes: &'static [u8]) -> Asset {
        let path = format!("/assets/{name}.{}.{ending}", &digest(bytes)[..16]);
        Asset { path, kind, bytes }
    }
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The file with this name.
pub fn response(name: &str) -> Response {
    let all: [&Asset; 4] = [&STYLE, &SCRIPT, &EDITOR, &ICON];
    let Some(asset) = all.into_iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "max-age=31536000, immutable")];
    (headers, asset.bytes).into_response()
}
