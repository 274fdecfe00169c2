{{/* Names are fixed, whatever the release is called: one operator serves the cluster. A second install fails on
     Helm's own ownership check, since the cluster-scoped objects of the first bear the same names. */}}
{{- define "kiavi.name" -}}kiavi-operator{{- end }}
{{- define "kiavi.tenantRole" -}}kiavi-tenant-namespace{{- end }}
{{- define "kiavi.operatorUser" -}}system:serviceaccount:{{ .Release.Namespace }}:{{ include "kiavi.name" . }}{{- end }}

{{- define "kiavi.selector" -}}
app.kubernetes.io/name: {{ include "kiavi.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kiavi.labels" -}}
{{ include "kiavi.selector" . }}
app.kubernetes.io/part-of: kiavi
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "kiavi.jobsAccount" -}}kiavi-jobs{{- end }}

{{/* An image by its values; takes a list of the root context and those. */}}
{{- define "kiavi.image" -}}
{{- $root := index . 0 -}}
{{- with index . 1 -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $root.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* Metadata of a policy and of its binding; takes a list of the root context and the name. */}}
{{- define "kiavi.policyMetadata" -}}
{{- $root := index . 0 -}}
name: {{ index . 1 }}
labels:
  {{- include "kiavi.labels" $root | nindent 2 }}
  app.kubernetes.io/component: policy
{{- if $root.Values.policies.keep }}
annotations:
  helm.sh/resource-policy: keep
{{- end }}
{{- end }}

{{/* The binding that puts a policy in force everywhere. */}}
{{- define "kiavi.policyBinding" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  {{- include "kiavi.policyMetadata" . | nindent 2 }}
spec:
  policyName: {{ index . 1 }}
  validationActions: [Deny]
{{- end }}
