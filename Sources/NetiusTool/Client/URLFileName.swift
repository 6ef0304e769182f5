import NetiusHTTP

extension HTTPURL {
    /// The longest name that a file gets, in octets; systems allow 255, of which some are left for an end.
    private static let maximumFileName = 230

    /// A name for a file with what the URL has: the last segment of the path, decoded. It is one that is safe in any
    /// folder: no separator nor control is in it, and it is neither `.` nor `..`; `index.html` where there is none.
    var fileName: String {
        let segment = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let decoded = PercentEncoding.decode(String(segment)) ?? String(segment)
        var name = ""
        for scalar in decoded.unicodeScalars {
            let isUnsafe = scalar == "/" || scalar == "\\" || scalar.properties.generalCategory.isHidden
            let next: Unicode.Scalar = isUnsafe ? "_" : scalar
            guard name.utf8.count + String(next).utf8.count <= Self.maximumFileName else { break }
            name.unicodeScalars.append(next)
        }
        if name.isEmpty { return "index.html" }
        return name == "." || name == ".." ? String(repeating: "_", count: name.count) : name
    }
}

extension Unicode.GeneralCategory {
    /// Whether nothing is seen of it, or it changes how others are seen.
    fileprivate var isHidden: Bool {
        switch self {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
