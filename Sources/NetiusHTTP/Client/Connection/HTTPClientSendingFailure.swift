internal import Netius

/// Why content was not sent, where neither the server nor the system is at fault.
enum HTTPClientSendingFailure: Error {
    case content(any Error)
    case tooLong
    case tooShort

    /// Marks what `body` throws as the content's own.
    static func ofContent<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw content(error)
        }
    }

    /// What the request fails with because its content could not be sent; nil if the server's response, which may be
    /// there, is to be waited for.
    static func described(_ error: any Error, _ url: HTTPURL) -> any Error {
        switch error {
        case HTTPClientSendingFailure.content(let error):
            HTTPClientError(.requestBodyFailed, url, "the content of the request could not be read", underlying: error)
        case HTTPClientSendingFailure.tooLong:
            HTTPClientError(.requestBodyFailed, url, "the content of the request is longer than announced")
        case HTTPClientSendingFailure.tooShort:
            HTTPClientError(.requestBodyFailed, url, "the content of the request is shorter than announced")
        case is FileError:
            HTTPClientError(.requestBodyFailed, url, "the content of the request could not be read", underlying: error)
        case ConnectionError.writeTimedOut:
            HTTPClientError(.writeTimedOut, url, "the server took nothing of the request for too long")
        default: error
        }
    }
}
