"""Where does this number come from: a second, independent implementation of one step."""
