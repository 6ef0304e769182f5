print("netius")
