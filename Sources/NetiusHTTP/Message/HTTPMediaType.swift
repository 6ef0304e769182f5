internal import Netius

/// A media type with its parameters, as of `Content-Type` (RFC 9110 §8.3.1).
public struct HTTPMediaType: Sendable, Hashable, LosslessStringConvertible {
    /// The type and subtype in lower case, such as `text/html`.
    public let essence: String
    private let parameters: [Parameter]

    private struct Parameter: Hashable {
        /// In lower case.
        var name: String
        var value: String
    }

    /// Reads a media type such as `text/html; charset=utf-8`; nil if it is malformed, or names a parameter twice.
    public init?(_ description: String) {
        let octets = Array(description.utf8)
        let input = octets.span
        let all = input.trimmed(0..<octets.count)
        let slash = input.endOfToken(from: all.lowerBound, to: all.upperBound)
        guard slash > all.lowerBound, slash < all.upperBound, octets[slash] == UInt8(ascii: "/") else { return nil }
        let end = input.endOfToken(from: slash + 1, to: all.upperBound)
        guard end > slash + 1 else { return nil }
        essence = Self.lowercased(octets[all.lowerBound..<end])
        var parameters: [Parameter] = []
        // A peer may send thousands.
        var names: Set<String> = []
        var scanner = HTTPParameters(end..<all.upperBound)
        do throws(HTTPParameters.Malformed) {
            while let parameter = try scanner.next(in: input) {
                let name = Self.lowercased(octets[parameter.name])
                guard names.insert(name).inserted else { return nil }
                let value = String(decoding: parameter.octets(in: input), as: UTF8.self)
                parameters.append(Parameter(name: name, value: value))
            }
        } catch {
            return nil
        }
        self.parameters = parameters
    }

    /// The value of the parameter; nil if there is none. The name is compared without regard to case.
    public subscript(parameter name: String) -> String? {
        let name = name.lowercased()
        return parameters.first { $0.name == name }?.value
    }

    /// Such as `text/html; charset=utf-8`.
    public var description: String {
        parameters.reduce(essence) { $0 + "; \($1.name)=" + Self.quoted($1.value) }
    }

    private static func lowercased(_ token: ArraySlice<UInt8>) -> String {
        String(decoding: token.lazy.map(\.lowercased), as: UTF8.self)
    }

    private static func quoted(_ value: String) -> String {
        !value.isEmpty && value.utf8.allSatisfy(OctetSet.token.contains) ? value : value.quotedString
    }
}

extension HTTPFields {
    /// What `Content-Type` says; nil if it is not there, or not one media type.
    public var contentType: HTTPMediaType? {
        self[.contentType].flatMap { HTTPMediaType($0) }
    }
}
