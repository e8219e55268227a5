//! Encrypted connections: the rustls configuration for the checks of each mode.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::error::{Cause, DatabaseError, TlsProblem};
use super::tls_mode::{Roots, TlsMode};

/// The certificates to trust, in DER.
pub(crate) fn root_certificates(
    roots: &Roots,
    target: &str,
) -> Result<Vec<CertificateDer<'static>>, DatabaseError> {
    let fail =
        |problem, source: Option<Cause>| DatabaseError::Tls { target: target.to_owned(), problem, source };
    match roots {
        Roots::System => {
            let found = rustls_native_certs::load_native_certs().certs;
            if found.is_empty() { Err(fail(TlsProblem::NoRoots, None)) } else { Ok(found) }
        }
        Roots::File(path) => {
            let certificates = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|e| fail(TlsProblem::BadRootFile, Some(Box::new(e))))?;
            if certificates.is_empty() { Err(fail(TlsProblem::BadRootFile, None)) } else { Ok(certificates) }
        }
    }
}

/// The rustls configuration for a mode.
pub(crate) fn client_config(
    mode: TlsMode,
    roots: &Roots,
    target: &str,
) -> Result<ClientConfig, DatabaseError> {
    let handshake = |e: Cause| DatabaseError::Tls {
        target: target.to_owned(),
        problem: TlsProblem::BadRootFile,
        source: Some(e),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|e| handshake(Box::new(e)))?;
    if !mode.verifies() {
        let verifier = Arc::new(AnyCertificate(provider));
        return Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth());
    }
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(root_certificates(roots, target)?);
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider)
        .build()
        .map_err(|e| handshake(Box::new(e)))?;
    Ok(match mode {
        TlsMode::VerifyFull => builder.with_webpki_verifier(verifier).with_no_client_auth(),
        _ => {
            let verifier = Arc::new(AnyName(verifier));
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        }
    })
}

/// What a TLS error of rustls means for the user.
pub(crate) fn problem_of(error: &rustls::Error) -> TlsProblem {
    use CertificateError as C;
    match error {
        rustls::Error::InvalidCertificate(C::UnknownIssuer) => TlsProblem::UnknownIssuer,
        rustls::Error::InvalidCertificate(C::NotValidForNameContext { presented, .. })
            if presented.is_empty() =>
        {
            TlsProblem::NoName
        }
        rustls::Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            TlsProblem::WrongName
        }
        rustls::Error::InvalidCertificate(_) => TlsProblem::BadCertificate,
        _ => TlsProblem::Handshake,
    }
}

/// Looks for a rustls error anywhere in a chain of causes.
pub(crate) fn find_in_chain(error: &(dyn std::error::Error + 'static)) -> Option<TlsProblem> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(problem_of(tls));
        }
        // an io::Error hides what it wraps from source()
        if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(|e| e.get_ref())
            && let Some(tls) = inner.downcast_ref::<rustls::Error>()
        {
            return Some(problem_of(tls));
        }
        next = error.source();
    }
    None
}

/// Accepts any certificate: what `require` and `prefer` mean (encryption against eavesdroppers, no
/// proof of who responds).
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Checks the signature chain and accepts any name: what `verify-ca` means.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        // The chain is checked before the name, so an error about the name means that the chain is good.
        match self.0.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(e) if matches!(problem_of(&e), TlsProblem::WrongName | TlsProblem::NoName) => {
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_without_names_is_told_from_one_for_another_name() {
        let refused = |presented: &[&str]| {
            let expected = ServerName::try_from("db.example.com").unwrap();
            let presented = presented.iter().map(|name| (*name).to_owned()).collect();
            problem_of(&rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
                expected,
                presented,
            }))
        };
        assert_eq!(refused(&["DnsName(\"other.example.com\")"]), TlsProblem::WrongName);
        assert_eq!(refused(&[]), TlsProblem::NoName);
    }
}
