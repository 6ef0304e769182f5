/// What a server offers in its answer to EHLO beside STARTTLS and AUTH, which have settings of their own.
public struct SMTPExtensions: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt32

    /// A set of bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// PIPELINING (RFC 2920).
    public static let pipelining = SMTPExtensions(rawValue: 1 << 0)
    /// SIZE (RFC 1870).
    public static let size = SMTPExtensions(rawValue: 1 << 1)
    /// ENHANCEDSTATUSCODES (RFC 2034).
    public static let enhancedStatusCodes = SMTPExtensions(rawValue: 1 << 2)
    /// 8BITMIME (RFC 6152).
    public static let eightBitMIME = SMTPExtensions(rawValue: 1 << 3)
    /// DSN (RFC 3461).
    public static let deliveryStatusNotifications = SMTPExtensions(rawValue: 1 << 4)
    /// SMTPUTF8 (RFC 6531).
    public static let utf8 = SMTPExtensions(rawValue: 1 << 5)
    /// CHUNKING (RFC 3030): BDAT.
    public static let chunking = SMTPExtensions(rawValue: 1 << 6)
    /// BINARYMIME (RFC 3030): messages that do not consist of lines. Only where the handler can take them; it needs
    /// CHUNKING.
    public static let binaryMIME = SMTPExtensions(rawValue: 1 << 7)
    /// REQUIRETLS (RFC 8689), offered once the connection is protected. Only where the handler heeds it.
    public static let requireTLS = SMTPExtensions(rawValue: 1 << 8)
    /// HELP (RFC 5321 section 4.1.1.8).
    public static let help = SMTPExtensions(rawValue: 1 << 9)

    /// All but BINARYMIME.
    public static let standard: SMTPExtensions = [
        .pipelining, .size, .enhancedStatusCodes, .eightBitMIME, .deliveryStatusNotifications, .utf8, .chunking,
        .requireTLS, .help,
    ]

    /// AUTH (RFC 4954), of which the server's authenticator decides.
    static let authentication = SMTPExtensions(rawValue: 1 << 30)
}
