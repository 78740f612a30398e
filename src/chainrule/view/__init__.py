"""What a page that shows a network in training needs: messages, sessions, pictures in numbers.

Studio and notebook stand on it; it knows nothing of servers.
"""
