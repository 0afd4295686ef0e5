"""The endpoints: request in, one use case, answer out. Which of them there are: :mod:`shared.api.routes`."""
