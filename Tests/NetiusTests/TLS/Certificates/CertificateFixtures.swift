/// One ECDSA key, made for these tests, in the ways that keys are written. The passphrase is `letmein`.
enum CertificateFixtures {
    static let passphrase = "letmein"

    /// SEC 1, with its parameters before it, as `openssl ecparam -genkey` writes it.
    static let sec1 = """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIEJYM6e5GkmQ4S/baIZL7Szf2djWdGsU8QoRsEZTVHfhoAoGCCqGSM49
        AwEHoUQDQgAEKYhIp408ZeZwlRFywScSA/Duv5ug4lMETB85Mkbhg71/jVy5D6Kp
        1qhAswv681l1vQT0C0WwP57gc2D1j+ZwHQ==
        -----END EC PRIVATE KEY-----

        """

    /// PKCS#8.
    static let pkcs8 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQlgzp7kaSZDhL9to
        hkvtLN/Z2NZ0axTxChGwRlNUd+GhRANCAAQpiEinjTxl5nCVEXLBJxID8O6/m6Di
        UwRMHzkyRuGDvX+NXLkPoqnWqECzC/rzWXW9BPQLRbA/nuBzYPWP5nAd
        -----END PRIVATE KEY-----

        """

    /// PKCS#8, encrypted with AES-256.
    static let encryptedPKCS8 = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh5qhj2tqXCEwICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKHHyEfjRL3c5Jdva/HymOIEgZCZ
        ibGHB+XaKxz6+uUfVkjdM94m2eWi/2vJAhEXzO2Cw7+Yw4o+SIS0X6/FvMvkdJHY
        +wmxAiCEANisFBllYkQl0rf/RlzIXqpDQ5JE1e0K0sJOO5Wdm/iMwk4zhOxfh9CS
        B3huNEj32uC2v/PVicsdSgA+KTvRS8dhnTl3Dr+K3yxxUUA0qVH6Gt477swYlJM=
        -----END ENCRYPTED PRIVATE KEY-----

        """

    /// SEC 1, encrypted as of old.
    static let encryptedSEC1 = """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,D6D179C87FD16A45B9B06D89D2EDA770

        nfCMHEvOCCjfxiWjGQWpWzS3Y5GOpUPzGO+bs8ymumYPVIpn7cYHDRvE2OY+KURR
        91v+5iDJpp6pdI5MySe/aUfQCiGR3mr46dXdtGGZMbcL7Co4NiS1IIfZRFTHe+op
        t21c50W6JUGi9rWC7vt+hXKLwAGFwCIWmx1IV9hEAvA=
        -----END EC PRIVATE KEY-----

        """

    /// X25519 (RFC 7748), which signs nothing.
    static let keyAgreement = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VuBCIEICAJiqhn6UBrykhe6I4Te37D6ZLQXMMlPU4h4gplgHtn
        -----END PRIVATE KEY-----

        """
}
