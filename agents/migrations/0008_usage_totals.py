"""Totals of usage that last, filled from the runs there are: each on the day on which it was asked for."""

import uuid
from decimal import Decimal

import uuid_utils.compat
from django.db import migrations, models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

NOBODY = uuid.UUID(int=0)


def fill(apps, schema_editor):
    UsageTotal = apps.get_model("agents", "UsageTotal")
    day = TruncDate("created_at", tzinfo=timezone.get_default_timezone())
    runs = apps.get_model("agents", "Run").objects.exclude(prompt_tokens=None).order_by()
    groups = runs.values(
        "owner_id", "agent_id", "model", on=day, person=F("owner__username"), called=F("agent__name")
    ).annotate(
        number=Count("id"),
        read=Sum("prompt_tokens"),
        wrote=Sum("completion_tokens"),
        money=Sum("cost"),
        without=Count("id", filter=Q(cost=None)),
    )
    UsageTotal.objects.bulk_create(
        (
            UsageTotal(
                day=group["on"],
                user_id=group["owner_id"] or NOBODY,
                user_name=group["person"] or "",
                agent_id=group["agent_id"] or NOBODY,
                agent_name=group["called"] or "",
                model=group["model"],
                runs=group["number"],
                prompt_tokens=group["read"],
                completion_tokens=group["wrote"],
                cost=group["money"] or Decimal(0),
                unpriced=group["without"],
            )
            for group in groups.iterator()
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('agents', '0007_child_runs'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsageTotal',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(verbose_name='day')),
                ('user_id', models.UUIDField(default=uuid.UUID('00000000-0000-0000-0000-000000000000'), verbose_name='person')),
                ('user_name', models.CharField(blank=True, max_length=150, verbose_name='name of the person')),
                ('agent_id', models.UUIDField(default=uuid.UUID('00000000-0000-0000-0000-000000000000'), verbose_name='agent')),
                ('agent_name', models.CharField(blank=True, max_length=100, verbose_name='name of the agent')),
                ('model', models.CharField(blank=True, max_length=200, verbose_name='model')),
                ('runs', models.PositiveBigIntegerField(default=0, verbose_name='answers')),
                ('prompt_tokens', models.PositiveBigIntegerField(default=0, verbose_name='prompt tokens')),
                ('completion_tokens', models.PositiveBigIntegerField(default=0, verbose_name='completion tokens')),
                ('cost', models.DecimalField(decimal_places=10, default=0, max_digits=28, verbose_name='cost')),
                ('unpriced', models.PositiveBigIntegerField(default=0, verbose_name='answers without a price')),
            ],
            options={
                'verbose_name': 'usage',
                'verbose_name_plural': 'usage',
                'default_permissions': (),
            },
        ),
        migrations.DeleteModel(
            name='RunUsage',
        ),
        migrations.AddIndex(
            model_name='usagetotal',
            index=models.Index(fields=['agent_id', 'day'], name='usage_total_agent_day'),
        ),
        migrations.AddIndex(
            model_name='usagetotal',
            index=models.Index(fields=['day'], name='usage_total_day'),
        ),
        migrations.AddConstraint(
            model_name='usagetotal',
            constraint=models.UniqueConstraint(fields=('user_id', 'day', 'agent_id', 'model'), name='usage_total_of_one'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
