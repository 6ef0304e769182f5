/// A public key of RSA (RFC 8017 section 3.1), as numbers.
package struct RSAPublicKey: Sendable, Hashable {
    /// The object identifier `rsaEncryption`, 1.2.840.113549.1.1.1.
    static let identifier: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]

    package let modulus: UnsignedNumber
    package let publicExponent: UnsignedNumber

    /// How many bits the key has: those of its modulus.
    package var bitCount: Int { modulus.bitCount }

    init(modulus: UnsignedNumber, publicExponent: UnsignedNumber) {
        self.modulus = modulus
        self.publicExponent = publicExponent
    }

    /// Reads DER: a `SubjectPublicKeyInfo` (RFC 5280 section 4.1) of RSA, or a bare `RSAPublicKey` (RFC 8017 appendix
    /// A.1.1). Nil for anything else.
    package init?(der: [UInt8]) {
        var outer = DERReader(der[...])
        guard var fields = outer.sequence(), outer.isAtEnd else { return nil }
        var wrapped = fields
        if var algorithm = wrapped.sequence() {
            guard algorithm.content(of: .objectIdentifier)?.elementsEqual(Self.identifier) == true,
                let bits = wrapped.content(of: .bitString), bits.first == 0
            else { return nil }
            var inner = DERReader(bits.dropFirst())
            guard let numbers = inner.sequence() else { return nil }
            fields = numbers
        }
        guard let modulus = fields.number(), let exponent = fields.number(), fields.isAtEnd else { return nil }
        self.init(modulus: modulus, publicExponent: exponent)
    }

    /// The first public key of a text: `PUBLIC KEY` or `RSA PUBLIC KEY` (RFC 7468).
    package init(pem: [UInt8]) throws(TLSConfigurationError) {
        let labels = ["PUBLIC KEY", "RSA PUBLIC KEY"]
        guard let block = try PEMReader.blocks(of: pem).first(where: { labels.contains($0.label) }) else {
            throw TLSConfigurationError("there is no public key in it")
        }
        guard let key = RSAPublicKey(der: block.content) else {
            throw TLSConfigurationError("the public key in it is not one of RSA")
        }
        self = key
    }

    /// As a `SubjectPublicKeyInfo`.
    package var der: [UInt8] {
        let numbers = DERWriter.sequence([DERWriter.integer(modulus), DERWriter.integer(publicExponent)])
        let algorithm = DERWriter.sequence([
            DERWriter.element(.objectIdentifier, Self.identifier), DERWriter.element(.null, []),
        ])
        return DERWriter.sequence([algorithm, DERWriter.element(.bitString, [0] + numbers)])
    }

    /// As text: `PUBLIC KEY`.
    package var pem: String { PEMBlock(label: "PUBLIC KEY", content: der).text }
}
