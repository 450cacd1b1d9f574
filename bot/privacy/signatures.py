"""Signatures that anybody can check and only who holds the seed can make (Ed25519, RFC 8032)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def signature_of(message: bytes, seed: bytes) -> bytes:
    """Return the signature (64 bytes) of a message by the key of a seed (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def signer_of(seed: bytes) -> bytes:
    """Return the public key (32 bytes) of a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def is_signed(message: bytes, signature: bytes, signer: bytes) -> bool:
    """Tell whether a message was signed by the holder of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(signer).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
