{{- define "leadwire.name" -}}
{{- default .Chart.Name .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "leadwire.labels" -}}
app.kubernetes.io/name: leadwire
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "leadwire.selector" -}}
app.kubernetes.io/name: leadwire
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .role }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "leadwire.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "leadwire.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "leadwire.name" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end }}

{{/* Which pods hold the doors. */}}
{{- define "leadwire.doorRole" -}}
{{- if eq .Values.mode "evaluation" }}evaluation{{ else }}gateway{{ end -}}
{{- end }}

{{/* LEADWIRE_HTTP_PORT of httpPort. */}}
{{- define "leadwire.variable" -}}
LEADWIRE_{{ . | snakecase | upper }}
{{- end }}

{{/* A value as the text of a variable; large numbers must not turn into 1e+07. */}}
{{- define "leadwire.text" -}}
{{- if kindIs "float64" . }}{{ . | int64 }}{{ else }}{{ . }}{{ end -}}
{{- end }}

{{/* Mebibytes of a memory quantity. */}}
{{- define "leadwire.mebibytes" -}}
{{- $text := toString . -}}
{{- if hasSuffix "Gi" $text -}}
{{ mulf (trimSuffix "Gi" $text | float64) 1024 | int }}
{{- else if hasSuffix "Mi" $text -}}
{{ trimSuffix "Mi" $text }}
{{- else -}}
{{ fail (printf "resources.limits.memory is %s; write it in Mi or Gi, because the heap of the process follows from it." $text) }}
{{- end -}}
{{- end }}

{{/* What contradicts itself is told in a sentence before anything is rendered. */}}
{{- define "leadwire.check" -}}
{{- $v := .Values -}}
{{- if eq $v.mode "split" -}}
{{- if not $v.database.secret -}}
{{ fail "database.secret is empty: gateways and workers are separate pods and share a PostgreSQL. Name the Secret that holds its address, or set mode to evaluation." }}
{{- end -}}
{{- else -}}
{{- if $v.database.secret -}}
{{ fail "mode is evaluation and database.secret is set: in evaluation the ledger is a file in the pod's own volume. Leave database.secret out, or set mode to split." }}
{{- end -}}
{{- if ne $v.autoscaling.kind "none" -}}
{{ fail "mode is evaluation and autoscaling is on: the embedded ledger serves one pod and never two. Set autoscaling.kind to none, or mode to split." }}
{{- end -}}
{{- end -}}
{{- if and (has $v.autoscaling.kind (list "keda" "external")) (not $v.queue.secret) -}}
{{ fail "autoscaling is on without queue.secret: many workers that fetch jobs from the database slow each other down. Name the Secret of a Redis, or set autoscaling.kind to cpu or none." }}
{{- end -}}
{{- if and (eq $v.autoscaling.kind "keda") (not $v.autoscaling.prometheusUrl) -}}
{{ fail "autoscaling.kind is keda and autoscaling.prometheusUrl is empty: KEDA reads the age of the oldest job from a Prometheus. Give its address." }}
{{- end -}}
{{- if gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas) -}}
{{ fail "autoscaling.minReplicas is above autoscaling.maxReplicas." }}
{{- end -}}
{{- if and $v.image.digest $v.image.tag -}}
{{ fail "image.digest and image.tag are both set: a digest names one image exactly, so leave the tag out." }}
{{- end -}}
{{- if and $v.ingress.enabled (not $v.ingress.host) -}}
{{ fail "ingress.enabled is true and ingress.host is empty: name the host under which the board is reached." }}
{{- end -}}
{{- if and $v.gatewayApi.enabled (not $v.gatewayApi.parentRefs) -}}
{{ fail "gatewayApi.enabled is true and gatewayApi.parentRefs is empty: name the Gateway that takes the route." }}
{{- end -}}
{{- if and $v.mllp.service.sourceRanges (ne $v.mllp.service.type "LoadBalancer") -}}
{{ fail "mllp.service.sourceRanges only holds for type LoadBalancer: elsewhere use networkPolicy.ingress.mllp or settings.mllpAllowedAddresses." }}
{{- end -}}
{{- if $v.networkPolicy.enabled -}}
{{- $egress := $v.networkPolicy.egress -}}
{{- if and (eq $v.mode "split") (not $egress.database.to) -}}
{{ fail "networkPolicy.egress.database.to is empty: the pods may not reach their PostgreSQL. Name its peers, or set networkPolicy.enabled to false." }}
{{- end -}}
{{- if and $v.queue.secret (not $egress.queue.to) -}}
{{ fail "networkPolicy.egress.queue.to is empty although queue.secret is set: the pods may not reach their Redis." }}
{{- end -}}
{{- if and $v.settings.fhirBaseUrl (not $egress.ehr.to) -}}
{{ fail "networkPolicy.egress.ehr.to is empty although settings.fhirBaseUrl is set: results could not be written. Name the peers of the EHR." }}
{{- end -}}
{{- end -}}
{{- end }}
