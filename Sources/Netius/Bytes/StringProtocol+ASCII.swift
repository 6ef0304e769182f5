extension StringProtocol {
    /// The text with the letters of ASCII in lower case, and all else as it is: names of protocols and of domains are
    /// compared so (RFC 4343). Unicode would have a Kelvin sign be a `k`.
    package var lowercasedASCII: String { String(decoding: utf8.lazy.map(\.lowercased), as: UTF8.self) }
}
