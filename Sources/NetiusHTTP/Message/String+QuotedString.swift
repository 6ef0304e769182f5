extension String {
    /// The text between quotes, with a backslash before what would end it (RFC 9110 §5.6.4).
    var quotedString: String {
        var text = "\""
        for scalar in unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
