import Netius
import NetiusHTTP

/// What a part of a file is a part of, as it is kept beside it:
///
///     url: https://example.com/file
///     etag: "33a64df5"
///     length: 1048576
///
/// In place of `etag` there may be `last-modified`; `length` is missing where the server did not say it.
struct DownloadOrigin: Sendable, Equatable {
    /// The most octets that the text may have.
    static let maximumSize = 128 * 1024

    /// What tells one state of a file from another.
    enum Validator: Sendable, Equatable {
        /// A strong entity tag, with its quotes (RFC 9110 section 8.8.3).
        case entityTag(String)
        /// A date, as the server wrote it.
        case lastModified(String)

        /// The value of If-Range.
        var text: String {
            switch self {
            case .entityTag(let text), .lastModified(let text): text
            }
        }
    }

    /// The URL that was asked for, without a password.
    let url: String
    let validator: Validator
    /// The bytes that the whole has; nil where that is not known.
    let length: Int?
}

extension DownloadOrigin {
    /// What a response is the content of; nil where it could not be told from another state of it (RFC 9110 section
    /// 13.1.5), or is coded.
    init?(_ fields: HTTPFields, of url: HTTPURL, length: Int?) {
        guard !fields.contains(.contentEncoding), let validator = Validator(fields) else { return nil }
        self.init(url: url.withoutUserInformation.absoluteString, validator: validator, length: length)
    }

    /// Reads a text; nil where it is not as it should be.
    init?(_ text: String) {
        guard text.utf8.count <= Self.maximumSize else { return nil }
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, values[String(parts[0])] == nil, parts[1].first == " " else { return nil }
            values[String(parts[0])] = String(parts[1].dropFirst())
        }
        guard let url = values["url"], let validator = Validator(values) else { return nil }
        let length = values["length"].map { Int($0) }
        // A length that is none.
        if case .some(nil) = length { return nil }
        self.init(url: url, validator: validator, length: length ?? nil)
    }
}

extension DownloadOrigin.Validator {
    init?(_ fields: HTTPFields) {
        if let text = fields[.eTag] {
            guard let tag = HTTPEntityTag(text), !tag.isWeak else { return nil }
            self = .entityTag(text)
        } else if let text = fields[.lastModified], let modified = Self.seconds(text),
            let date = fields[.date].flatMap(Self.seconds), modified < date
        {
            // What was changed within the second of the response may be changed in it once more.
            self = .lastModified(text)
        } else {
            return nil
        }
    }

    fileprivate init?(_ values: [String: String]) {
        switch (values["etag"], values["last-modified"]) {
        case (let text?, nil):
            guard let tag = HTTPEntityTag(text), !tag.isWeak else { return nil }
            self = .entityTag(text)
        case (nil, let text?):
            guard Self.seconds(text) != nil else { return nil }
            self = .lastModified(text)
        default: return nil
        }
    }

    private static func seconds(_ text: String) -> Int? {
        HTTPDate.secondsSince1970(text, now: Int(clamping: Timestamp.now.seconds))
    }

    fileprivate var line: String {
        switch self {
        case .entityTag(let text): "etag: \(text)"
        case .lastModified(let text): "last-modified: \(text)"
        }
    }
}

extension DownloadOrigin: CustomStringConvertible {
    /// The lines.
    var description: String {
        let length = length.map { "length: \($0)\n" } ?? ""
        return "url: \(url)\n\(validator.line)\n\(length)"
    }
}
