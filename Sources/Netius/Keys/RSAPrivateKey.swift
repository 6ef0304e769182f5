/// A private key of RSA (RFC 8017 section 3.2, of two primes), as numbers.
package struct RSAPrivateKey: Sendable {
    package let publicKey: RSAPublicKey
    package let privateExponent: UnsignedNumber
    package let primes: (UnsignedNumber, UnsignedNumber)
    /// The private exponent modulo each of the primes less one.
    package let exponents: (UnsignedNumber, UnsignedNumber)
    /// The inverse of the second prime modulo the first.
    package let coefficient: UnsignedNumber

    /// Reads DER: an `RSAPrivateKey` (PKCS#1, RFC 8017 appendix A.1.2), or the same in a `PrivateKeyInfo` (PKCS#8, RFC
    /// 5958). Nil for anything else, also for a key of more than two primes.
    package init?(der: [UInt8]) {
        var outer = DERReader(der[...])
        guard var fields = outer.sequence(), outer.isAtEnd, let version = fields.number() else { return nil }
        guard version.octets.isEmpty else { return nil }
        var wrapped = fields
        if var algorithm = wrapped.sequence() {
            guard algorithm.content(of: .objectIdentifier)?.elementsEqual(RSAPublicKey.identifier) == true,
                let content = wrapped.content(of: .octetString)
            else { return nil }
            var inner = DERReader(content)
            guard let numbers = inner.sequence() else { return nil }
            fields = numbers
            guard let version = fields.number(), version.octets.isEmpty else { return nil }
        }
        guard let modulus = fields.number(), let publicExponent = fields.number(),
            let privateExponent = fields.number(), let firstPrime = fields.number(), let secondPrime = fields.number(),
            let firstExponent = fields.number(), let secondExponent = fields.number(),
            let coefficient = fields.number(), fields.isAtEnd
        else { return nil }
        publicKey = RSAPublicKey(modulus: modulus, publicExponent: publicExponent)
        self.privateExponent = privateExponent
        primes = (firstPrime, secondPrime)
        exponents = (firstExponent, secondExponent)
        self.coefficient = coefficient
    }

    /// The first private key of a text: `RSA PRIVATE KEY` or `PRIVATE KEY` (RFC 7468), not encrypted.
    package init(pem: [UInt8]) throws(TLSConfigurationError) {
        let block = try PEMReader.privateKey(of: pem)
        guard let key = RSAPrivateKey(der: block.content) else {
            throw TLSConfigurationError("the private key in it is not one of RSA, or has more than two primes")
        }
        self = key
    }

    /// As PKCS#1.
    package var der: [UInt8] {
        let numbers = [
            UnsignedNumber([]), publicKey.modulus, publicKey.publicExponent, privateExponent, primes.0, primes.1,
            exponents.0, exponents.1, coefficient,
        ]
        return DERWriter.sequence(numbers.map(DERWriter.integer))
    }

    /// As text, PKCS#1: `RSA PRIVATE KEY`.
    package var pem: String { PEMBlock(label: "RSA PRIVATE KEY", content: der).text }
}

extension PEMReader {
    /// The first private key of a text, which must not be encrypted.
    package static func privateKey(of text: [UInt8]) throws(TLSConfigurationError) -> PEMBlock {
        guard let block = try blocks(of: text).first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw TLSConfigurationError("there is no private key in it")
        }
        guard EncryptedPrivateKey(block) == nil else {
            throw TLSConfigurationError("the private key in it is encrypted: decrypt it first, as with 'openssl pkey'")
        }
        return block
    }
}
