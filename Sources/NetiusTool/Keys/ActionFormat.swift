import Netius

extension ConfigurationFormat where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// What a command is to do, whose words may be joined by hyphens as well as by underscores.
    static var action: ConfigurationFormat {
        let choice = ConfigurationFormat.choice()
        return ConfigurationFormat(expected: choice.expected) { text in
            Value(rawValue: text.lowercasedASCII.replacing("-", with: "_"))
        }
    }
}
