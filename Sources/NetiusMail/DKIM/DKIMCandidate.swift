internal import Netius

/// A signature on its way to be verified.
struct DKIMCandidate {
    /// Which field of the header section it is.
    private let index: Int
    /// What it says; nil where it cannot be read, or is out of time.
    private(set) var signature: DKIMSignature?
    private var verification = DKIMVerification(result: .pass)

    /// Reads the field. With a problem of the header section itself no signature of it counts.
    init(_ header: MailHeaderSection, at index: Int, time: Timestamp, _ problem: DKIMProblem?) {
        self.index = index
        do throws(DKIMProblem) {
            let signature = try DKIMSignature(header.fields[index], &verification)
            if let problem { throw problem }
            try Self.check(signature, time)
            self.signature = signature
        } catch {
            end(error)
        }
    }

    /// Whether it is in time, by clocks that may differ by `DKIMVerifier.clockTolerance`.
    private static func check(_ signature: DKIMSignature, _ time: Timestamp) throws(DKIMProblem) {
        let tolerance = DKIMVerifier.clockTolerance.components.seconds
        if let expiration = signature.expiration, time.seconds > tolerance,
            Int64(expiration) < time.seconds - tolerance
        {
            throw .failure("its time is over")
        }
        if let timestamp = signature.timestamp, Int64(timestamp) - tolerance > time.seconds {
            throw .permanent("it was made in the future")
        }
    }

    /// Where the record of its key is, in lower case; nil where none is needed any more.
    var recordName: String? {
        signature.map { "\($0.selector)._domainkey.\($0.domain)".lowercasedASCII }
    }

    /// Verifies what covers the header section, with the texts that were found; nil where there was no time to find
    /// any.
    mutating func verify(_ header: MailHeaderSection, _ texts: Result<[[UInt8]], DKIMProblem>?) {
        guard let signature else { return }
        let texts = texts ?? .failure(.temporary("the key could not be looked up in time"))
        do throws(DKIMProblem) {
            let record = try DKIMKeyRecord(texts.get(), for: signature.algorithm)
            verification.keyBitCount = record.bitCount
            verification.isTesting = record.isTesting
            if record.isStrict, !DKIMName.isWithin(signature.identity.domain, signature.domain, orBeneath: false) {
                throw DKIMProblem.permanent("the key is not for identities of domains beneath its own")
            }
            var covered: [UInt8] = []
            var selection = DKIMFieldSelection(header, excluding: index)
            selection.append(signature.signedFields, signature.headerCanonicalization, to: &covered)
            signature.headerCanonicalization.appendField(signature.unsignedField, to: &covered)
            covered.removeLast(2)
            if signature.algorithm == .ed25519SHA256 { covered = SHA256Hasher.digest(of: covered) ?? [] }
            guard record.key.verifies(signature.signature, of: covered) else {
                throw DKIMProblem.failure("the header section has been changed, or the key is another's")
            }
        } catch {
            end(error)
        }
    }

    /// The result, with what the body has come to.
    func verification(_ body: DKIMBodyHashers) -> DKIMVerification {
        guard let signature else { return verification }
        var candidate = self
        let (digest, count) = body.digest(for: signature)
        if let length = signature.bodyLength, length > count {
            candidate.end(.failure("the body has been cut off"))
        } else if digest?.isEqualInConstantTime(to: signature.bodyHash) != true {
            candidate.end(.failure("the body has been changed"))
        } else if let length = signature.bodyLength, length < count {
            candidate.verification.result = .partial
            candidate.verification.reason = "only \(length) of \(count) octets of the body are signed"
        }
        return candidate.verification
    }

    private mutating func end(_ problem: DKIMProblem) {
        verification.result = problem.result
        verification.reason = problem.reason
        signature = nil
    }
}
