//! The log's signing key and a witness's cosigning key.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};

use crate::checkpoint::SignedCheckpoint;
use crate::disk;
use crate::error::LogError;
use crate::note::{
    Algorithm, Note, NoteError, Signature, VerifierKey, cosigned_message, valid_name,
};

/// File with the private key, readable by its owner only.
pub const PRIVATE_KEY_FILE: &str = "log.key";
/// File with the verifier key, to be handed out.
pub const PUBLIC_KEY_FILE: &str = "log.pub";

/// A signing key with its name; for a log the name is its origin.
pub struct Keys {
    signer: SigningKey,
    verifier: VerifierKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.verifier)
    }
}

impl Keys {
    /// Makes the key of a log from 32 random bytes.
    pub fn generate(origin: &str, random: [u8; 32]) -> Result<Self, LogError> {
        Ok(Self::new(origin, Algorithm::Ed25519, &random)?)
    }

    fn new(name: &str, algorithm: Algorithm, seed: &[u8; 32]) -> Result<Self, NoteError> {
        if !valid_name(name) {
            return Err(NoteError::Key(
                "the name is empty, too long or holds spaces or `+`",
            ));
        }
        let signer = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, algorithm, signer.verifying_key());
        Ok(Self { signer, verifier })
    }

    pub fn origin(&self) -> &str {
        self.verifier.name()
    }

    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The public key in the form `name+hash+base64`.
    pub fn verifier_key(&self) -> String {
        self.verifier.to_string()
    }

    /// The private key in the form `PRIVATE+KEY+name+hash+base64`.
    pub fn encode(&self) -> String {
        let mut material = vec![self.verifier.algorithm().byte()];
        material.extend(self.signer.as_bytes());
        format!(
            "PRIVATE+KEY+{}+{:08x}+{}",
            self.verifier.name(),
            self.verifier.id(),
            STANDARD.encode(material)
        )
    }

    /// Reads what [`Keys::encode`] writes.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let rest = text
            .trim_end_matches(['\n', '\r'])
            .strip_prefix("PRIVATE+KEY+")
            .ok_or(NoteError::Key("it does not begin with `PRIVATE+KEY+`"))?;
        let mut parts = rest.split('+');
        let (Some(name), Some(id)) = (parts.next(), parts.next()) else {
            return Err(NoteError::Key("parts are missing"));
        };
        // Base 64 itself may hold `+`.
        let material = parts.collect::<Vec<_>>().join("+");
        let material = STANDARD
            .decode(material)
            .map_err(|_| NoteError::Key("not base64"))?;
        let (algorithm, seed) = match material.split_first() {
            Some((1, seed)) => (Algorithm::Ed25519, seed),
            Some((4, seed)) => (Algorithm::Cosignature, seed),
            _ => return Err(NoteError::Key("unknown key type, only 1 and 4 are known")),
        };
        let seed = <[u8; 32]>::try_from(seed).map_err(|_| NoteError::Key("not 32 bytes long"))?;
        let keys = Self::new(name, algorithm, &seed)?;
        if format!("{:08x}", keys.verifier.id()) == id {
            Ok(keys)
        } else {
            Err(NoteError::Key("the hash does not belong to name and key"))
        }
    }

    /// Reads [`PRIVATE_KEY_FILE`] in `directory`.
    pub fn load(directory: &Path) -> Result<Self, LogError> {
        let path = directory.join(PRIVATE_KEY_FILE);
        let text = fs::read_to_string(&path).map_err(|e| LogError::io("read the key", &path, e))?;
        Ok(Self::parse(&text)?)
    }

    /// Writes [`PRIVATE_KEY_FILE`] (owner only) and [`PUBLIC_KEY_FILE`]; never replaces a key.
    pub fn save(&self, directory: &Path) -> Result<(), LogError> {
        disk::create_dir(directory)?;
        disk::create_secret(
            &directory.join(PRIVATE_KEY_FILE),
            format!("{}\n", self.encode()).as_bytes(),
        )?;
        disk::replace(
            &directory.join(PUBLIC_KEY_FILE),
            format!("{}\n", self.verifier).as_bytes(),
        )
    }

    /// Signs `text`, which must end in a newline.
    pub fn sign(&self, text: &str) -> Note {
        Note {
            text: text.to_owned(),
            signatures: vec![self.signature(self.sign_bytes(text).to_vec())],
        }
    }

    pub(crate) fn sign_bytes(&self, text: &str) -> [u8; 64] {
        self.signer.sign(text.as_bytes()).to_bytes()
    }

    fn signature(&self, bytes: Vec<u8>) -> Signature {
        Signature {
            name: self.verifier.name().to_owned(),
            id: self.verifier.id(),
            bytes,
        }
    }
}

/// The key of a witness, which vouches that it saw a log grow only.
#[derive(Debug)]
pub struct Cosigner(Keys);

impl Cosigner {
    /// Makes the key of a witness from 32 random bytes.
    pub fn generate(name: &str, random: [u8; 32]) -> Result<Self, LogError> {
        Ok(Self(Keys::new(name, Algorithm::Cosignature, &random)?))
    }

    pub fn verifier(&self) -> &VerifierKey {
        self.0.verifier()
    }

    /// The signature line over a checkpoint. The caller has checked that it extends the last one.
    pub fn cosign(&self, checkpoint: &SignedCheckpoint, time: u64) -> String {
        let message = cosigned_message(checkpoint.body(), time);
        let mut bytes = time.to_be_bytes().to_vec();
        bytes.extend(self.0.signer.sign(message.as_bytes()).to_bytes());
        self.0.signature(bytes).line()
    }
}
