"""Search: by title and text, as a page and as the results of the palette."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from agents.selectors import agents_for
from chat.search import search_for
from chat.sidebar import sidebar_for


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    query = request.GET.get("q", "")[:200].replace("\x00", "")
    context = {
        "query": query,
        "results": search_for(request.user, query),
        "agents": agents_for(request.user).filter(name__icontains=query)[:5] if query else [],
    }
    if request.htmx:
        return render(request, "chat/_results.html", context)
    return render(request, "chat/search.html", context | {"sidebar": sidebar_for(request.user)})
