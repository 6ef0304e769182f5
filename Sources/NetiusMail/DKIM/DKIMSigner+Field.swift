internal import Netius

extension DKIMSigner {
    /// The names for `h=`: each as often as there are fields of it, the guarded ones once more.
    func signedNames(_ selection: DKIMFieldSelection) throws(DKIMError) -> [String] {
        switch selection.count(of: "From") {
        case 0: throw .noFrom
        case 1: break
        default: throw .repeatedFrom
        }
        let oversigned = Set(configuration.oversignedFields.map { $0.lowercasedASCII })
        var known: Set<String> = []
        var names: [String] = []
        for name in ["From"] + configuration.signedFields {
            let isName = !name.isEmpty && name.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ":") }
            guard isName, !name.utf8.contains(UInt8(ascii: ";")), known.insert(name.lowercasedASCII).inserted else {
                continue
            }
            let count = selection.count(of: name) + (oversigned.contains(name.lowercasedASCII) ? 1 : 0)
            guard names.count + count <= Self.maximumSignedFields else { throw .tooManyFields }
            names += Array(repeating: name, count: count)
        }
        return names
    }

    /// The field as it is signed: with an empty `b=` at its end, without the end of its line.
    func unsignedField(names: [String], bodyHash: [UInt8], time: Timestamp) -> DKIMFoldedText {
        var text = DKIMFoldedText("DKIM-Signature:")
        let canonicalizations =
            "\(configuration.headerCanonicalization.rawValue)/"
            + configuration.bodyCanonicalization.rawValue
        for tag in ["v=1", "a=\(key.algorithm.rawValue)", "c=\(canonicalizations)", "d=\(domain)", "s=\(selector)"] {
            text.append("\(tag);")
        }
        if let identity { text.append("i=\(identity);") }
        let seconds = max(time.seconds, 0)
        text.append("t=\(seconds);")
        if let lifetime = configuration.lifetime {
            let (end, overflow) = seconds.addingReportingOverflow(max(lifetime.components.seconds, 1))
            text.append("x=\(overflow ? .max : end);")
        }
        for (index, name) in names.enumerated() {
            let end = index == names.count - 1 ? ";" : ":"
            text.append((index == 0 ? "h=" : "") + name + end, isSpaced: index == 0)
        }
        text.append("bh=\(Base64.encode(bodyHash));")
        text.append("b=")
        return text
    }
}
