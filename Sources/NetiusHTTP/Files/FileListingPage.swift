/// A listing as it is sent, piece by piece.
struct FileListingPage: Sendable {
    enum Format: Sendable {
        case html, json

        var mediaType: String {
            switch self {
            case .html: "text/html; charset=utf-8"
            case .json: "application/json"
            }
        }

        /// JSON for those who like it better than HTML, HTML for all others (RFC 9110 section 12.5.1).
        init(_ request: HTTPRequest) {
            let types = ["text/html", "application/json"]
            self = request.preferredMediaType(among: types) == types[1] ? .json : .html
        }
    }

    let format: Format
    private let listing: FileListing
    private var next = 0
    private var hasBegun = false
    private var isFinished = false

    /// What a piece has at least, unless it is the last.
    static let pieceSize = 16 * 1024

    init(_ listing: FileListing, format: Format) {
        self.listing = listing
        self.format = format
    }

    /// The next piece; nil after the last.
    mutating func nextPiece() -> [UInt8]? {
        guard !isFinished else { return nil }
        var piece: [UInt8] = []
        piece.reserveCapacity(Self.pieceSize + 4096)
        if !hasBegun { appendStart(to: &piece) }
        hasBegun = true
        while next < listing.entries.count {
            guard piece.count < Self.pieceSize else { return piece }
            append(listing.entries[next], to: &piece)
            next += 1
        }
        isFinished = true
        appendEnd(to: &piece)
        return piece
    }

    /// A response with the page, as a whole if it is small.
    func response(_ fields: HTTPFields) -> HTTPResponse {
        var page = self
        let first = page.nextPiece() ?? []
        guard !page.isFinished else { return HTTPResponse(status: .ok, headerFields: fields, body: .bytes(first)) }
        return HTTPResponse(.ok, headerFields: fields) { [page] writer in
            var page = page
            try await writer.write(first)
            while let piece = page.nextPiece() { try await writer.write(piece) }
        }
    }

    private func appendStart(to output: inout [UInt8]) {
        switch format {
        case .html: listing.appendHTMLStart(to: &output)
        case .json: output.append("[")
        }
    }

    private func append(_ entry: FileListing.Entry, to output: inout [UInt8]) {
        switch format {
        case .html: listing.appendHTML(entry, to: &output)
        case .json:
            output.append(next == 0 ? "\n" : ",\n")
            listing.appendJSON(entry, to: &output)
        }
    }

    private func appendEnd(to output: inout [UInt8]) {
        switch format {
        case .html: listing.appendHTMLEnd(to: &output)
        case .json: output.append("\n]\n")
        }
    }
}
