import NetiusHTTP

/// What to do with a response to a request for the rest of a file (RFC 9110 section 14).
enum DownloadStep: Equatable {
    /// The content is the rest, and the whole has so many bytes, where that is known.
    case append(length: Int?)
    /// The content is the whole: what was there before is forgotten.
    case restart
    /// What is there is the whole.
    case complete
    /// What is there is of no use, nor is the response: the whole is to be asked for.
    case askAgain
    /// The response has nothing of the file.
    case fail

    /// Decides.
    ///
    /// - Parameters:
    ///   - status: The response's status.
    ///   - fields: Its fields.
    ///   - origin: What the part is of, which the request named; nil where it asked for the whole.
    ///   - size: The bytes that the part has.
    init(status: HTTPResponse.Status, fields: HTTPFields, origin: DownloadOrigin?, size: Int) {
        guard let origin, status.code == 206 || status.code == 416 else {
            self = status.kind == .successful && status.code != 206 ? .restart : .fail
            return
        }
        let range = fields[.contentRange].flatMap { ContentRange($0) }
        guard origin.isOfSameState(fields), !fields.contains(.contentEncoding) else {
            self = .askAgain
            return
        }
        switch (status.code, range) {
        case (206, .bytes(let range, let length)?) where range.lowerBound == size && origin.mayHave(length: length):
            self = .append(length: length ?? origin.length)
        case (416, .unsatisfied(let length)?) where length == size && origin.mayHave(length: length):
            self = .complete
        default:
            self = .askAgain
        }
    }
}

extension DownloadOrigin {
    /// Whether the response does not say that it is of another state of the file.
    fileprivate func isOfSameState(_ fields: HTTPFields) -> Bool {
        switch validator {
        case .entityTag(let text): fields[.eTag] ?? text == text
        case .lastModified(let text): fields[.lastModified] ?? text == text
        }
    }

    fileprivate func mayHave(length other: Int?) -> Bool {
        guard let length, let other else { return true }
        return length == other
    }
}
