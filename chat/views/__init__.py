"""The pages. A view fetches through the person, calls one service and renders one template."""
