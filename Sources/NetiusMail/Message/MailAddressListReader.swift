internal import Netius

/// Understands the tokens of an address list.
///
/// ```
/// address-list = *([CFWS] ",") address *([CFWS] "," [address / CFWS])
/// address      = mailbox / group
/// mailbox      = [display-name] angle-addr / addr-spec
/// group        = display-name ":" [group-list] ";" [CFWS]
/// angle-addr   = [CFWS] "<" [obs-route] addr-spec ">" [CFWS]
/// ```
struct MailAddressListReader {
    private let tokens: [MailAddressToken]
    private var position = 0

    init(_ tokens: [MailAddressToken]) {
        self.tokens = tokens
    }

    /// All entries; nil where something is none, or there are none.
    mutating func entries() -> [MailAddressList.Entry]? {
        var entries: [MailAddressList.Entry] = []
        while position < tokens.count {
            if take(",") { continue }
            guard let entry = entry() else { return nil }
            entries.append(entry)
            guard position == tokens.count || take(",") else { return nil }
        }
        return entries.isEmpty ? nil : entries
    }

    private mutating func entry() -> MailAddressList.Entry? {
        let words = words()
        if take(":") {
            guard let name = Self.phrase(words) else { return nil }
            return members().map { .group(name: name, members: $0) }
        }
        return mailbox(after: words).map { .mailbox($0) }
    }

    /// What is in a group, and its end.
    private mutating func members() -> [Mailbox]? {
        var members: [Mailbox] = []
        while !take(";") {
            if take(",") { continue }
            guard let mailbox = mailbox(after: words()) else { return nil }
            members.append(mailbox)
            guard isNext(",") || isNext(";") else { return nil }
        }
        return members
    }

    /// A mailbox whose first words have been read: its name, or its local part.
    private mutating func mailbox(after words: [MailAddressToken]) -> Mailbox? {
        guard take("<") else {
            return address(localPart: words).map { Mailbox($0) }
        }
        if !words.isEmpty, Self.phrase(words) == nil { return nil }
        // Routes are for nothing any more (RFC 5322 section 4.4).
        if isNext("@") || isNext(",") {
            while !take(":") {
                guard position < tokens.count, !isNext(">"), !isNext(";") else { return nil }
                position += 1
            }
        }
        guard let address = address(localPart: self.words()), take(">") else { return nil }
        return Mailbox(decodedName: Self.phrase(words), address: address)
    }

    /// `"@" domain`, behind a local part.
    private mutating func address(localPart words: [MailAddressToken]) -> MailAddress? {
        guard let local = Self.localPart(words), take("@"), position < tokens.count else { return nil }
        var domain: [UInt8] = []
        if tokens[position].kind == .literal {
            domain = tokens[position].text
            position += 1
        } else {
            while position < tokens.count, tokens[position].kind == .atom || isNext(".") {
                // Two atoms have a dot between them.
                if tokens[position].kind == .atom, let last = domain.last, last != UInt8(ascii: ".") { break }
                domain += tokens[position].text
                position += 1
            }
        }
        return MailAddress(localPart: local, domain: String(decoding: domain, as: UTF8.self))
    }

    /// `word *("." word)`, perhaps with spaces between.
    private static func localPart(_ words: [MailAddressToken]) -> String? {
        var text: [UInt8] = []
        var needsWord = true
        for word in words {
            let isDot = word.kind == .special(UInt8(ascii: "."))
            guard isDot != needsWord else { return nil }
            needsWord = isDot
            text += word.text
        }
        return needsWord ? nil : String(validating: text, as: UTF8.self)
    }

    /// The text of words and dots; nil for none.
    private static func phrase(_ words: [MailAddressToken]) -> String? {
        guard !words.isEmpty else { return nil }
        var text = ""
        var plain = ""
        for word in words {
            let piece = String(decoding: word.text, as: UTF8.self)
            let space = word.isAfterSpace && !(text.isEmpty && plain.isEmpty) ? " " : ""
            if word.kind == .quoted {
                // What is in quotes is not encoded, whatever it looks like (RFC 2047 section 5).
                text += MailEncodedWord.decode(plain) + space + piece.withoutControlCharacters
                plain = ""
            } else {
                plain += space + piece
            }
        }
        return text + MailEncodedWord.decode(plain)
    }

    /// Words and dots, as many as there are.
    private mutating func words() -> [MailAddressToken] {
        let start = position
        while position < tokens.count, tokens[position].kind == .atom || tokens[position].kind == .quoted || isNext(".")
        {
            position += 1
        }
        return Array(tokens[start..<position])
    }

    private func isNext(_ special: Unicode.Scalar) -> Bool {
        position < tokens.count && tokens[position].kind == .special(UInt8(ascii: special))
    }

    private mutating func take(_ special: Unicode.Scalar) -> Bool {
        guard isNext(special) else { return false }
        position += 1
        return true
    }
}
