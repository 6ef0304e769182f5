import Netius
import NetiusHTTP

/// What `netius fetch` is to ask for.
struct FetchList: Sendable {
    /// The most octets that are read from standard input: 64 MiB.
    static let maximumInput = 64 << 20

    /// One of them.
    enum Item: Sendable, Equatable {
        case url(HTTPURL)
        /// A line that is none.
        case invalid(String, HTTPURLError)

        var url: HTTPURL? {
            if case .url(let url) = self { url } else { nil }
        }
    }

    private enum Word {
        case url(HTTPURL)
        case standardInput
    }

    private let words: [Word]

    /// Reads arguments.
    init(_ arguments: [String]) throws(UsageError) {
        var words: [Word] = []
        for argument in arguments {
            words.append(argument == "-" ? .standardInput : .url(try CommandValues.url(argument)))
        }
        self.words = words
    }

    /// All of them, with those that standard input has.
    func read() async throws -> [Item] {
        var items: [Item] = []
        for word in words {
            switch word {
            case .url(let url): items.append(.url(url))
            case .standardInput:
                let input = HTTPRequestBody(DescriptorInput(file: .standardInput))
                items += Self.items(try await input.text(upTo: Self.maximumInput))
            }
        }
        return items
    }

    /// The items of a text: one on a line. Empty lines, and those that begin with a `#`, do not count.
    static func items(_ text: String) -> [Item] {
        text.split { $0 == "\n" || $0 == "\r\n" }.compactMap { line in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let first = words.first, !first.hasPrefix("#") else { return nil }
            let text = words.count == 1 ? String(first) : String(line)
            do throws(HTTPURLError) {
                return .url(try HTTPURL(parsing: text))
            } catch {
                return .invalid(text, error)
            }
        }
    }
}

/// What is left to do, for those that do it.
final class FetchQueue: Sendable {
    private let items: [FetchList.Item]
    private let state: Guarded<(index: Int, round: Int)>

    /// All of the items, so many times.
    init(_ items: [FetchList.Item], count: Int) {
        self.items = items
        state = Guarded((index: 0, round: items.isEmpty ? 0 : count))
    }

    /// The next item; nil where there is none left.
    func next() -> FetchList.Item? {
        state.withLock { state in
            guard state.round > 0 else { return nil }
            defer {
                state.index += 1
                if state.index == items.count { state = (index: 0, round: state.round - 1) }
            }
            return items[state.index]
        }
    }
}
