import Netius
import NetiusHTTP

/// A command line, or a variable in its place, that can't be understood.
enum UsageError: Error, Equatable {
    case noCommand
    case unknownCommand(String, suggestion: String?)
    case unknownOption(String, suggestion: String?)
    case missingValue(option: String, placeholder: String)
    case unexpectedValue(option: String)
    case repeatedOption(String)
    case conflictingOptions(String, String)
    case missingOption(String, for: String)
    case missingArgument(String)
    case unexpectedArgument(String)
    case invalidValue(ConfigurationError)
    case invalidAddress(IPAddressError)
    case invalidURL(HTTPURLError)
}

extension UsageError: CustomStringConvertible {
    /// One line, without a full stop.
    var description: String {
        switch self {
        case .noCommand: "no command given"
        case .unknownCommand(let name, let suggestion): "unknown command \(name.quoted)" + hint(suggestion)
        case .unknownOption(let name, let suggestion): "unknown option \(name.quoted)" + hint(suggestion)
        case .missingValue(let option, let placeholder): "\(option) needs a value: \(option) \(placeholder)"
        case .unexpectedValue(let option): "\(option) takes no value"
        case .repeatedOption(let option): "\(option) is given more than once"
        case .conflictingOptions(let one, let other): "\(one) and \(other) exclude each other"
        case .missingOption(let name, let other): "\(other) needs \(name) as well"
        case .missingArgument(let name): "\(name) is missing"
        case .unexpectedArgument(let text): "unexpected argument \(text.quoted)"
        case .invalidValue(let error): error.description
        case .invalidAddress(let error): error.description
        case .invalidURL(let error): error.description
        }
    }

    private func hint(_ suggestion: String?) -> String {
        suggestion.map { ", did you mean \($0.quoted)?" } ?? ""
    }
}
