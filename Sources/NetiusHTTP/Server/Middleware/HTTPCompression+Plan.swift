extension HTTPCompression {
    /// What is done to a response.
    enum Plan: Equatable {
        /// Nothing, whatever the request accepts.
        case leave
        /// Nothing, because of what the request accepts: the response says that it depends on that.
        case identity
        /// It is compressed.
        case encode(HTTPContentCoding)
        /// It says that a stored response is still good, and so has the fields that this one had (RFC 9110 §15.4.5).
        case notModified
    }

    /// Decides about a response. What costs least is asked first, and nothing is allocated before the media type has
    /// passed.
    func plan(for response: HTTPResponse, to request: HTTPRequest) -> Plan {
        let fields = response.headerFields
        switch response.status.code {
        case 200..<204, 206...303, 305...999: break
        case 304: return isOutOfBounds(fields) ? .leave : .notModified
        // No content, or content that is made anew.
        default: return .leave
        }
        guard isLongEnough(response, to: request), !isOutOfBounds(fields), hasCompressibleType(fields) else {
            return .leave
        }
        guard response.status != .partialContent, !fields.contains(.contentRange), request.version >= .http11,
            let name = request.preferredContentCoding(among: codingNames),
            let coding = HTTPContentCoding(rawValue: name)
        else { return .identity }
        return .encode(coding)
    }

    private func isLongEnough(_ response: HTTPResponse, to request: HTTPRequest) -> Bool {
        switch response.body.storage {
        case .connection: return false
        case .none:
            // A handler may answer HEAD with nothing but the length.
            guard request.method == .head, let length = response.headerFields[.contentLength].flatMap({ Int($0) })
            else { return false }
            return length >= max(minimumSize, 1)
        default:
            guard let length = response.body.contentLength else { return true }
            return length >= max(minimumSize, 1)
        }
    }

    /// Whether the content is coded already, or must stay as it is: by RFC 9111 §5.2.2.6, or because a digest of it is
    /// given (RFC 9530).
    private func isOutOfBounds(_ fields: HTTPFields) -> Bool {
        fields.contains(.contentEncoding) || fields.hasListElement("no-transform", in: .cacheControl)
            || fields.contains(.contentDigest) || fields.contains(.reprDigest)
    }

    private func hasCompressibleType(_ fields: HTTPFields) -> Bool {
        guard let storage = fields.storage, let index = storage.index(of: .contentType) else { return false }
        return mediaTypes.contains(storage.bytes.span, storage.entries[index].value)
    }
}

extension HTTPField.Name {
    fileprivate static var contentDigest: Self { Self(rawName: "Content-Digest", canonicalName: "content-digest") }
    fileprivate static var reprDigest: Self { Self(rawName: "Repr-Digest", canonicalName: "repr-digest") }
}
